using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>What holds for either arithmetic.</summary>
public class ProductTests
{
    public static TheoryData<Arithmetic, InstructionSet> Contexts => new MatrixTheoryData<Arithmetic, InstructionSet>(
        Enum.GetValues<Arithmetic>(), Enum.GetValues<InstructionSet>());

    [Theory, MemberData(nameof(Contexts))]
    public void A_token_has_the_same_bits_in_any_batch_on_any_number_of_threads(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        float[][] input = Product.Inputs(21, 768);
        foreach (QuantType type in (QuantType[])[QuantType.F16, QuantType.Q4_1, QuantType.Q5_0, QuantType.Q6_K, QuantType.Q8_0])
        {
            using var weights = new Weights(type, 83, 768, mapped: true);
            float[][]? expected = null;
            foreach (int threads in (int[])[1, 2, 3])
            {
                using var pool = new WorkerPool(threads);
                using var context = new MatMulContext(pool, arithmetic, set);
                foreach (bool repack in (bool[])[true, false])
                {
                    using Matrix matrix = weights.Load(pool, repack);
                    expected ??= Product.Of(matrix, input, context);
                    foreach (int piece in (int[])[1, 2, 3, 4, 7, 21])
                        for (int at = 0; at + piece <= input.Length; at += piece)
                        {
                            float[][] output = Product.Of(matrix, input[at..(at + piece)], context);
                            for (int t = 0; t < piece; t++) Bits.AssertEqual(expected[at + t], output[t]);
                        }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Contexts))]
    public void A_slice_gives_the_rows_of_the_whole(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, arithmetic, set);
        using var weights = new Weights(QuantType.Q4_K, 60, 512, mapped: true);
        float[][] input = Product.Inputs(5, 512);
        foreach (bool repack in (bool[])[true, false])
        {
            using Matrix matrix = weights.Load(pool, repack);
            float[] bias = [.. Enumerable.Range(0, 60).Select(i => i / 7f)];
            float[][] whole = Product.Of(matrix, input, context, bias);
            foreach ((int first, int count) in ((int, int)[])[(8, 32), (5, 1), (5, 2), (7, 9), (3, 57), (17, 30)])
            {
                float[][] output = Product.Of(matrix.SliceRows(first, count), input, context, bias[first..(first + count)]);
                for (int t = 0; t < 5; t++) Bits.AssertEqual(whole[t][first..(first + count)], output[t]);
            }
        }
    }

    /// <summary>Chunks of one to four panels at once on several threads, each with outputs of its own beside the result.</summary>
    [Theory, MemberData(nameof(Contexts))]
    public void A_long_slice_from_within_a_panel_gives_the_rows_of_the_whole(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(3);
        using var context = new MatMulContext(pool, arithmetic, set);
        using var weights = new Weights(QuantType.Q4_0, 1000, 64);
        using Matrix matrix = weights.Load(pool);
        float[][] input = Product.Inputs(6, 64), whole = Product.Of(matrix, input, context);
        Matrix slice = matrix.SliceRows(3, 990);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            float[][] output = Product.Of(slice, input, context);
            for (int t = 0; t < 6; t++) Bits.AssertEqual(whole[t].AsSpan(3, 990), output[t]);
        }
    }

    [Theory, MemberData(nameof(Contexts))]
    public void A_group_gives_what_its_members_give_alone(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, arithmetic, set);
        using Weights a = new(QuantType.Q4_1, 72, 256, 1), b = new(QuantType.Q8_0, 24, 256, 2), c = new(QuantType.F32, 9, 256, 3);
        using Matrix ma = a.Load(pool), mb = b.Load(pool), mc = c.Load(pool);
        float[][] input = Product.Inputs(6, 256);
        Linear[] group = [new(ma), new(mb, new float[24]), new(mc)];
        float[][][] outputs = Product.Of(group, input, context);
        for (int i = 0; i < group.Length; i++)
        {
            float[][] alone = Product.Of(group[i].Weight, input, context);
            for (int t = 0; t < 6; t++) Bits.AssertEqual(alone[t], outputs[i][t]);
        }
    }

    [Theory, MemberData(nameof(Contexts))]
    public void The_bias_is_added_last(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(1);
        using var context = new MatMulContext(pool, arithmetic, set);
        using var weights = new Weights(QuantType.Q4_0, 13, 64);
        using Matrix matrix = weights.Load(pool);
        float[] bias = [.. Enumerable.Range(0, 13).Select(i => i * 0.37f - 2)];
        float[][] input = Product.Inputs(3, 64);
        float[][] plain = Product.Of(matrix, input, context), biased = Product.Of(matrix, input, context, bias);
        for (int t = 0; t < 3; t++) Bits.AssertEqual([.. plain[t].Zip(bias, (y, b) => y + b)], biased[t]);
    }

    [Fact]
    public void No_tokens_and_an_empty_group_are_fine()
    {
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using var weights = new Weights(QuantType.Q4_0, 8, 64);
        using Matrix matrix = weights.Load(pool);
        Assert.Empty(Product.Of(matrix, [], context));
        using var input = new Activation(1, 64);
        MatMul.Multiply([], input, [], context);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var pool = new WorkerPool(1);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using var weights = new Weights(QuantType.Q4_0, 8, 64);
        using Matrix matrix = weights.Load(pool);
        using Activation input = new(2, 64), output = new(2, 8), narrow = new(2, 32), one = new(1, 8);
        var linear = new Linear(matrix);
        Assert.Throws<ArgumentException>(() => MatMul.Multiply([linear], narrow, [output], context));
        Assert.Throws<ArgumentException>(() => MatMul.Multiply([linear], input, [narrow], context));
        Assert.Throws<ArgumentException>(() => MatMul.Multiply([linear], input, [one], context));
        Assert.Throws<ArgumentException>(() => MatMul.Multiply([linear], input, [], context));
        Assert.Throws<ArgumentException>(() => new Linear(matrix, new float[7]));
    }

    [Theory, InlineData(1), InlineData(40)]
    public void A_warm_product_allocates_nothing(int tokens)
    {
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using var weights = new Weights(QuantType.Q4_1, 64, 256);
        using Matrix matrix = weights.Load(pool);
        using Activation input = new(tokens, 256), output = new(tokens, 64);
        Linear[] group = [new Linear(matrix)];
        Activation[] outputs = [output];
        for (int i = 0; i < 10; i++) MatMul.Multiply(group, input, outputs, context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) MatMul.Multiply(group, input, outputs, context);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
