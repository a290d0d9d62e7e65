using System.Runtime.Intrinsics;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>The functions of feed-forward networks against their definitions in doubles.</summary>
public sealed class ActivationTests
{
    private static readonly float[] Arguments =
        [.. Enumerable.Range(-4000, 8001).Select(i => i * 0.003f), 0f, -0f, 1e-30f, float.Epsilon, -1e-8f, 30f, -30f, 88f, -88f];

    [Fact]
    public void Erf_is_exact_to_two_ten_millionths()
    {
        foreach (float x in Arguments) Assert.Equal(ErrorFunction(x), Erf.Compute(Vector256.Create(x))[0], 2e-7);
        Assert.Equal(1f, Erf.Compute(Vector256.Create(float.PositiveInfinity))[0]);
        Assert.Equal(-1f, Erf.Compute(Vector256.Create(float.NegativeInfinity))[0]);
        Assert.True(float.IsNaN(Erf.Compute(Vector256.Create(float.NaN))[0]));
    }

    [Theory]
    [InlineData(ActivationFunction.Silu)]
    [InlineData(ActivationFunction.GeluTanh)]
    [InlineData(ActivationFunction.GeluErf)]
    public void Functions_with_and_without_gate_are_those_of_their_definition(ActivationFunction function)
    {
        using Activation gate = Rows(Arguments), up = Rows([.. Arguments.Reverse()]), output = new(1, Arguments.Length);
        Apply(function, gate, null, output);
        for (int i = 0; i < Arguments.Length; i++) AssertClose(Define(function, Arguments[i]), output.Row(0)[i]);
        Apply(function, gate, up, output);
        for (int i = 0; i < Arguments.Length; i++) AssertClose(Define(function, Arguments[i]) * up.Row(0)[i], output.Row(0)[i]);
    }

    [Fact]
    public void The_clamped_function_is_GPT_OSSs()
    {
        using Activation gate = Rows(Arguments), up = Rows([.. Arguments.Reverse()]), output = new(1, Arguments.Length);
        Apply(ActivationFunction.ClampedSwiglu, gate, up, output);
        for (int i = 0; i < Arguments.Length; i++)
        {
            double g = Math.Min(gate.Row(0)[i], 7), u = Math.Clamp(up.Row(0)[i], -7, 7);
            AssertClose(g / (1 + Math.Exp(-1.702 * g)) * (u + 1), output.Row(0)[i]);
        }
        Assert.Throws<ArgumentException>(() => ActivationKernels.Check(ActivationFunction.ClampedSwiglu, hasGate: false));
        Assert.Throws<ArgumentException>(() => ActivationKernels.Check((ActivationFunction)9, hasGate: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(31)]
    public void An_element_has_the_same_bits_wherever_it_stands(int length)
    {
        float[] expected = new float[40], input = [.. Enumerable.Range(0, 40).Select(i => MathF.Sin(i) * 4)];
        Elementwise.Map(new Gated<GeluErf>(), input, input, expected);
        for (int start = 0; start + length <= input.Length; start++)
        {
            var output = new float[length];
            Elementwise.Map(new Gated<GeluErf>(), input.AsSpan(start, length), input.AsSpan(start, length), output);
            Assert.Equal(expected[start..(start + length)], output);
        }
    }

    [Fact]
    public void A_soft_cap_bends_large_values_and_leaves_zero()
    {
        using var pool = new WorkerPool(1);
        using var device = new CpuDevice(pool, new MatMulContext(pool, Arithmetic.Exact));
        using Activation input = Rows([0f, 1f, -50f, 1000f]), output = new(1, 4);
        device.ScaleAndCap(input, 0.5f, 30f, output);
        Assert.Equal(0f, output.Row(0)[0]);
        Assert.Equal(30 * Math.Tanh(0.5 / 30), output.Row(0)[1], 1e-6);
        Assert.Equal(30 * Math.Tanh(-25.0 / 30), output.Row(0)[2], 1e-5);
        Assert.Equal(30f, output.Row(0)[3], 1e-5f);
        device.ScaleAndCap(input, 0.5f, 0f, output);
        Assert.Equal([0f, 0.5f, -25f, 500f], output.Row(0));
    }

    internal static Activation Rows(params float[][] rows)
    {
        var activation = new Activation(rows.Length, rows[0].Length);
        for (int row = 0; row < rows.Length; row++) rows[row].CopyTo(activation.Row(row));
        return activation;
    }

    private static void Apply(ActivationFunction function, Activation gate, Activation? up, Activation output)
    {
        FloatRows left = FloatRows.Of(gate, 0, gate.Rows), right = FloatRows.Of(up ?? gate, 0, gate.Rows);
        ActivationKernels.Apply(function, up is not null, left, right, FloatRows.Of(output, 0, output.Rows), gate.Columns);
    }

    private static double Define(ActivationFunction function, double x) => function switch
    {
        ActivationFunction.Silu => x / (1 + Math.Exp(-x)),
        ActivationFunction.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        _ => 0.5 * x * (1 + ErrorFunction(x / Math.Sqrt(2))),
    };

    private static void AssertClose(double expected, float actual) =>
        Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));

    /// <summary>erf by its Maclaurin series below 3, beyond it by the continued fraction of erfc.</summary>
    private static double ErrorFunction(double x)
    {
        double z = Math.Abs(x);
        if (z > 6) return Math.Sign(x);
        if (z > 3)
        {
            double fraction = 0;
            for (int n = 60; n > 0; n--) fraction = n / 2.0 / (z + fraction);
            return Math.Sign(x) * (1 - Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction));
        }
        double term = x, sum = x;
        for (int n = 1; n < 100; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
