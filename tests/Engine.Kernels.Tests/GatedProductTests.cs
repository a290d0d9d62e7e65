using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Gate, up projection and function in one job.</summary>
public class GatedProductTests
{
    public static TheoryData<Arithmetic, InstructionSet> Contexts => ProductTests.Contexts;

    [Theory, MemberData(nameof(Contexts))]
    public void A_gated_product_has_the_bits_of_its_steps(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, arithmetic, set);
        using Weights gateWeights = new(QuantType.Q4_K, 331, 512, 1), upWeights = new(QuantType.Q8_0, 331, 512, 2);
        using Matrix gate = gateWeights.Load(pool), up = upWeights.Load(pool);
        float[] bias = [.. Enumerable.Range(0, 331).Select(i => i / 97f - 1)];
        Linear[] maps = [new(gate, bias), new(up, scale: 0.5f)];
        foreach (int tokens in (int[])[1, 3, 9])
        {
            float[][] input = Product.Inputs(tokens, 512);
            AssertSteps(maps, input, context);
            AssertSteps(maps[..1], input, context);
        }
    }

    /// <summary>Both halves of a fused projection, of which one or both start within a panel.</summary>
    [Theory, MemberData(nameof(Contexts))]
    public void Halves_of_a_fused_projection_need_not_start_with_a_panel(Arithmetic arithmetic, InstructionSet set)
    {
        Sets.Require(set);
        using var pool = new WorkerPool(3);
        using var context = new MatMulContext(pool, arithmetic, set);
        using var weights = new Weights(QuantType.Q4_1, 700, 256);
        using Matrix whole = weights.Load(pool);
        foreach ((int gate, int up, int count) in ((int, int, int)[])[(0, 333, 333), (5, 100, 3), (3, 350, 347), (8, 16, 120), (1, 400, 25)])
        {
            Linear[] maps = [new(whole.SliceRows(gate, count)), new(whole.SliceRows(up, count))];
            AssertSteps(maps, Product.Inputs(6, 256), context);
        }
    }

    [Fact]
    public void Maps_that_do_not_belong_together_are_refused()
    {
        using var pool = new WorkerPool(1);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using var weights = new Weights(QuantType.Q4_0, 24, 64);
        using Matrix matrix = weights.Load(pool);
        using Activation input = new(2, 64), output = new(2, 8), narrow = new(2, 16);
        Linear small = new(matrix.SliceRows(0, 8)), large = new(matrix.SliceRows(8, 16));
        Assert.Throws<ArgumentException>(() => MatMul.MultiplyGated([small, large], ActivationFunction.Silu, input, output, context));
        Assert.Throws<ArgumentException>(() => MatMul.MultiplyGated([small], ActivationFunction.Silu, input, narrow, context));
        Assert.Throws<ArgumentException>(() => MatMul.MultiplyGated([], ActivationFunction.Silu, input, output, context));
        Assert.Throws<ArgumentException>(() => MatMul.MultiplyGated([small], ActivationFunction.ClampedSwiglu, input, output, context));
    }

    [Theory, InlineData(1), InlineData(40)]
    public void A_warm_gated_product_allocates_nothing(int tokens)
    {
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using var weights = new Weights(QuantType.Q4_1, 64, 256);
        using Matrix matrix = weights.Load(pool);
        using Activation input = new(tokens, 256), output = new(tokens, 32);
        Linear[] maps = [new(matrix.SliceRows(0, 32)), new(matrix.SliceRows(32, 32))];
        for (int i = 0; i < 10; i++) MatMul.MultiplyGated(maps, ActivationFunction.Silu, input, output, context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) MatMul.MultiplyGated(maps, ActivationFunction.Silu, input, output, context);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void AssertSteps(Linear[] maps, float[][] input, MatMulContext context)
    {
        float[][][] steps = Product.Of(maps, input, context);
        using Activation x = ActivationTests.Rows(input), output = new(input.Length, maps[0].Outputs);
        MatMul.MultiplyGated(maps, ActivationFunction.Silu, x, output, context);
        for (int t = 0; t < input.Length; t++)
        {
            var expected = new float[output.Columns];
            if (maps.Length == 2) Elementwise.Map(new Gated<Silu>(), steps[0][t], steps[1][t], expected);
            else Elementwise.Map(new Plain<Silu>(), steps[0][t], steps[0][t], expected);
            Bits.AssertEqual(expected, output.Row(t));
        }
    }
}
