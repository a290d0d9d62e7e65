using System.Runtime.Intrinsics;
using Xunit;

namespace Engine.Kernels.Tests.Isa;

public sealed class VectorMathTests
{
    [Fact]
    public void Exp_agrees_with_double_precision_over_its_whole_range()
    {
        double worst = 0;
        for (double x = -87.3; x <= 88.3; x += 0.00137)
        {
            float input = (float)x;
            double expected = Math.Exp(input);
            worst = Math.Max(worst, Math.Abs(VectorMath.Exp(input) - expected) / expected);
        }
        Assert.InRange(worst, 0, 2.5e-7);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(-1000f, 0f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(1000f, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.Epsilon, 1f)]
    public void Exp_of_edge_values(float x, float expected) => Assert.Equal(expected, VectorMath.Exp(x));

    [Fact]
    public void Tanh_agrees_with_double_precision()
    {
        double worst = 0;
        for (double x = -12; x <= 12; x += 0.00031)
        {
            float input = (float)x;
            double expected = Math.Tanh(input);
            if (expected != 0) worst = Math.Max(worst, Math.Abs((VectorMath.Tanh(input) - expected) / expected));
        }
        Assert.InRange(worst, 0, 5e-7);
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.NegativeInfinity, -1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Tanh_of_edge_values(float x, float expected) => Assert.Equal(expected, VectorMath.Tanh(x));

    [Fact]
    public void A_lane_does_not_depend_on_its_neighbours()
    {
        Vector256<float> mixed = Vector256.Create(-90f, -3.7f, 0f, 0.3f, 1f, 50f, float.NaN, float.PositiveInfinity);
        for (int lane = 0; lane < 8; lane++)
        {
            Assert.Equal(VectorMath.Exp(mixed[lane]), VectorMath.Exp(mixed)[lane]);
            Assert.Equal(VectorMath.Tanh(mixed[lane]), VectorMath.Tanh(mixed)[lane]);
        }
    }
}
