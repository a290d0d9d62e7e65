using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

public sealed class FastProductTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);
    private readonly MatMulContext _scalar;

    public FastProductTests() => _scalar = new MatMulContext(_pool, Arithmetic.Fast, InstructionSet.Scalar);

    public void Dispose()
    {
        _scalar.Dispose();
        _pool.Dispose();
    }

    public static TheoryData<QuantType> Types =>
        [.. QuantTypes.All.Where(info => info.CanDecode && Panels.Get(info.Type).Integer is not null).Select(info => info.Type)];

    public static TheoryData<QuantType, InstructionSet> TypesOnSets =>
        new MatrixTheoryData<QuantType, InstructionSet>(Types.Select(row => row.Data), Sets.Vectors);

    [Theory, MemberData(nameof(TypesOnSets))]
    public void Vectors_give_the_bits_of_the_scalar_kernel(QuantType type, InstructionSet set)
    {
        Sets.Require(set);
        using var vectors = new MatMulContext(_pool, Arithmetic.Fast, set);
        // An odd number of blocks, and more columns than are unpacked at once.
        foreach (int columns in (int[])[256, 256 * 9])
            for (int rows = 1; rows <= 17; rows++)
            {
                using var weights = new Weights(type, rows, columns, seed: rows);
                using Matrix matrix = weights.Load(_pool);
                foreach (int tokens in (int[])[1, 2, 3, 4, 11])
                {
                    float[][] input = Product.Inputs(tokens, columns, seed: tokens);
                    AssertEqual(Product.Of(matrix, input, _scalar), Product.Of(matrix, input, vectors));
                }
            }
    }

    [Theory, MemberData(nameof(Types))]
    public void Unpacked_panels_fit_the_memory_of_a_worker(QuantType type) =>
        Assert.InRange(WorkerScratch.Panels * Panels.Get(type).Integer!.UnpackedPanelBytes, 1, WorkerScratch.UnpackedBytes);

    /// <summary>Enough rows for chunks of several panels, which are multiplied in pairs, and an odd one.</summary>
    [Theory, MemberData(nameof(TypesOnSets))]
    public void Chunks_of_many_rows_give_the_bits_of_the_scalar_kernel(QuantType type, InstructionSet set)
    {
        Sets.Require(set);
        using var one = new WorkerPool(1);
        using var vectors = new MatMulContext(one, Arithmetic.Fast, set);
        using var weights = new Weights(type, 8 * 27 + 3, 512);
        using Matrix matrix = weights.Load(_pool);
        float[][] input = Product.Inputs(9, 512);
        AssertEqual(Product.Of(matrix, input, _scalar), Product.Of(matrix, input, vectors));
        AssertEqual(Product.Of(matrix, input[..1], _scalar), Product.Of(matrix, input[..1], vectors));
    }

    [Theory, MemberData(nameof(TypesOnSets))]
    public void Special_activations_give_the_same_bits_too(QuantType type, InstructionSet set)
    {
        Sets.Require(set);
        using var vectors = new MatMulContext(_pool, Arithmetic.Fast, set);
        using var weights = new Weights(type, 9, 512);
        using Matrix matrix = weights.Load(_pool);
        float[] values = [0, -0f, float.Epsilon, -1e-40f, 1e-35f, float.MinValue, float.MaxValue, float.NaN, float.PositiveInfinity, 1];
        float[][] input = [.. values.Select(value => Product.Inputs(1, 512)[0])];
        for (int t = 0; t < values.Length; t++) Array.Fill(input[t], values[t], t, 300);
        float[][] expected = Product.Of(matrix, input, _scalar);
        AssertEqual(expected, Product.Of(matrix, input, vectors));
        AssertEqual([.. input.Select(row => Product.Of(matrix, [row], vectors)[0])], expected);
        Assert.All(expected[7], y => Assert.True(float.IsNaN(y)));
        Assert.All(expected[8], y => Assert.True(float.IsNaN(y)));
        Assert.All(expected[0], y => Assert.True(float.IsFinite(y)));
    }

    /// <summary>
    /// Activations are off by at most half their scale, and each of the few roundings of a group by 2^-24 of what it rounds.
    /// </summary>
    [Theory, MemberData(nameof(Types))]
    public void Outputs_lie_within_the_quantization_error_of_the_double_sum(QuantType type)
    {
        using var weights = new Weights(type, 10, 512);
        using Matrix matrix = weights.Load(_pool);
        float[][] input = Product.Inputs(5, 512);
        float[][] output = Product.Of(matrix, input, _scalar);
        for (int row = 0; row < 10; row++)
        {
            float[] w = weights.Decode(row);
            // Codes of a group share an offset and a zero point, so that the sums that round may be larger than those of the weights.
            double largest = w.Max(v => Math.Abs((double)v));
            for (int t = 0; t < input.Length; t++)
            {
                double sum = 0, bound = 0;
                for (int k = 0; k < w.Length; k++)
                {
                    double scale = input[t].AsSpan(k / 32 * 32, 32).ToArray().Max(v => Math.Abs((double)v)) / LargestCode(type);
                    sum += (double)w[k] * input[t][k];
                    bound += Math.Abs(w[k]) * scale * 0.5001 + 64 * largest * scale * LargestCode(type) * Math.Pow(2, -24);
                }
                Assert.InRange(output[t][row], sum - bound, sum + bound);
            }
        }
    }

    private static int LargestCode(QuantType type) => IntegerArithmetic.LargestCode(Panels.Get(type).Integer!.CodeBytes);

    /// <summary>Every sum at its limit: the largest code against activations of the largest code and its negative.</summary>
    [Theory, MemberData(nameof(Types))]
    public void Extreme_codes_and_activations_do_not_overflow(QuantType type)
    {
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(Processor.Supports))
            foreach (byte fill in (byte[])[0xFF, 0x80, 0x7F, 0x00])
            {
                using var context = new MatMulContext(_pool, Arithmetic.Fast, set);
                using var weights = new Weights(type, 8, 512);
                Extremes.Fill(weights, fill);
                using Matrix matrix = weights.Load(_pool);
                float code = LargestCode(type);
                float[][] input = [.. Enumerable.Range(0, 4).Select(t => Enumerable.Range(0, 512)
                    .Select(k => t switch { 0 => code, 1 => -code, 2 => k % 2 == 0 ? code : -code, _ => k % 4 < 2 ? code : -code })
                    .ToArray())];
                float[][] output = Product.Of(matrix, input, context);
                for (int row = 0; row < 8; row++)
                {
                    float[] w = weights.Decode(row);
                    for (int t = 0; t < 4; t++)
                    {
                        // Activations are exact here (scale 1) and scales are powers of two: only sums of more than 24 bits round.
                        double sum = w.Zip(input[t], (a, b) => (double)a * b).Sum();
                        Assert.InRange(output[t][row], sum - Math.Abs(sum) * 1e-6, sum + Math.Abs(sum) * 1e-6);
                    }
                }
            }
    }

    [Theory, InlineData(1, 1), InlineData(3, 1), InlineData(4, 1), InlineData(9, 1), InlineData(1, 2), InlineData(4, 2), InlineData(6, 2)]
    public unsafe void Activations_are_quantized_as_the_arithmetic_says(int tokens, int codeBytes)
    {
        float largest = IntegerArithmetic.LargestCode(codeBytes);
        using var activation = new Activation(tokens, 96);
        float[][] input = Product.Inputs(tokens, 96);
        input[0].AsSpan(32, 32).Clear();
        input[^1][70] = -127.5f;
        input[^1][71] = 2.5f * 127.5f / 127f;
        for (int t = 0; t < tokens; t++) input[t].CopyTo(activation.Row(t));
        using var quantized = new QuantizedActivation(codeBytes);
        var ranges = new RowRanges();
        RowRange all = ranges.Add(0, tokens);
        quantized.Set(activation, ranges, _pool);
        QuantizedRows rows = quantized.Rows(all);
        Assert.Equal(tokens, rows.Rows);
        for (int t = 0; t < tokens; t++)
            for (int step = 0; step < 3; step++)
            {
                ReadOnlySpan<float> x = input[t].AsSpan(step * 32, 32);
                float max = 0;
                foreach (float v in x) max = MathF.Max(max, MathF.Abs(v));
                int count = rows.TileTokens(t / 4);
                byte* tile = rows.Tile(t / 4, step * 32);
                int low = 0, high = 0;
                for (int k = 0; k < 32; k++)
                {
                    int code = max == 0 ? 0 : (int)MathF.Round(x[k] * (largest / max), MidpointRounding.ToEven);
                    Assert.Equal(code, TokenTile.Code(tile, codeBytes, count, t % 4, k));
                    if (k < 16) low += code;
                    else high += code;
                }
                Assert.Equal(max / largest, *(float*)(tile + TokenTile.ScaleAt(codeBytes, count, t % 4)));
                Assert.Equal(max / largest * (low + high), *(float*)(tile + TokenTile.ScaledSumAt(codeBytes, count, t % 4)));
                if (codeBytes == 2) continue;
                Assert.Equal((short)low, *(short*)(tile + TokenTile.SumsAt(codeBytes, count, t % 4)));
                Assert.Equal((short)high, *(short*)(tile + TokenTile.SumsAt(codeBytes, count, t % 4) + 2));
            }
    }

    private static void AssertEqual(float[][] expected, float[][] actual)
    {
        for (int t = 0; t < expected.Length; t++) Bits.AssertEqual(expected[t], actual[t]);
    }
}
