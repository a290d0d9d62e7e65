using Engine.Quantization.Ptq;
using Xunit;

namespace Engine.Quantization.Tests.Ptq;

/// <summary>Grids against values worked out by hand, and against their formulas in doubles.</summary>
public sealed class QuantGridTests
{
    [Fact]
    public void Symmetric_codes_by_hand()
    {
        // 4 bits: -7 to 7, s = 3.5 / 7 = 0.5.
        AffineGrid grid = AffineGrid.Symmetric(3.5f, 4);
        Assert.Equal((0.5f, 0, -7, 7), (grid.Scale, grid.ZeroPoint, grid.Lowest, grid.Highest));
        Assert.Equal([-7, -2, 0, 0, 0, 2, 3, 7, 7], Codes(grid, -3.5f, -1.1f, -0.25f, 0, 0.25f, 0.75f, 1.5f, 3.4f, 100));
        Assert.Equal(-1.0f, grid.Round(-1.1f));
    }

    [Fact]
    public void Asymmetric_codes_by_hand()
    {
        // 2 bits over -1 to 2: s = 1, z = 1.
        AffineGrid grid = AffineGrid.Asymmetric(new ValueRange(-1, 2), 2);
        Assert.Equal((1f, 1, 0, 3), (grid.Scale, grid.ZeroPoint, grid.Lowest, grid.Highest));
        Assert.Equal([0, 0, 1, 2, 3, 3], Codes(grid, -5, -0.9f, 0, 1.2f, 2, 9));
        // 8 bits over 0 to 255 / 64.
        AffineGrid wide = AffineGrid.Asymmetric(new ValueRange(0, 255 / 64f), 8);
        Assert.Equal((1 / 64f, 0), (wide.Scale, wide.ZeroPoint));
        Assert.Equal([0, 1, 64, 255], Codes(wide, 0, 0.017f, 1, 4));
    }

    [Theory]
    [InlineData(2f, 6f, 0f, 6f)]
    [InlineData(-6f, -2f, -6f, 0f)]
    public void A_range_without_zero_is_extended_to_it(float minimum, float maximum, float lowest, float highest)
    {
        AffineGrid grid = AffineGrid.Asymmetric(new ValueRange(minimum, maximum), 4);
        Assert.Equal(0, grid.Round(0));
        Assert.Equal(lowest, grid.Dequantize(0));
        Assert.Equal(highest, grid.Dequantize(15));
    }

    [Fact]
    public void Logarithmic_codes_by_hand()
    {
        // 4 bits: 7 magnitudes, from 2^2 (next to 5) down to 2^-4.
        var grid = new LogarithmicGrid(5, 4);
        Assert.Equal(2, grid.LargestExponent);
        Assert.Equal([4, 2, -1, 1 / 16f, 0, 0, -4], Levels(grid, 5, 1.5f, -1.3f, 1 / 16f, 0.04f, 0, -1e9f));
        Assert.Equal([7, -7, 1, -1], Codes(grid, 4, -4, 1 / 16f, -1 / 16f));
        Assert.Equal([0, 0, 0], Codes(new LogarithmicGrid(0, 4), 0, 1, -1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_code_survives_and_no_value_within_the_range_is_off_by_more_than_half_a_step(QuantScheme scheme, int bits)
    {
        var random = new Random(bits);
        var range = new ValueRange(-1.7f, 2.9f);
        QuantGrid grid = QuantGrid.Of(scheme, bits, range);
        int codes = (1 << bits) - (scheme == QuantScheme.Asymmetric ? 0 : 1);
        int lowest = scheme == QuantScheme.Asymmetric ? 0 : -((1 << (bits - 1)) - 1);
        for (int code = lowest; code < lowest + codes; code++) Assert.Equal(code, grid.Quantize(grid.Dequantize(code)));
        for (int i = 0; i < 1000; i++)
        {
            double x = range.Minimum + random.NextDouble() * (range.Maximum - range.Minimum);
            double error = Math.Abs((float)x - (double)grid.Round((float)x));
            if (grid is AffineGrid affine) Assert.InRange(error, 0, affine.Scale * (0.5 + 1e-6) + Math.Abs(ZeroShift(affine, range)));
            else Assert.InRange(error, 0, Math.Max(Math.Abs(x) * (Math.Sqrt(2) - 1) * 1.0001, Math.Pow(2, 3.5 - (1 << (bits - 1)))));
        }
    }

    public static IEnumerable<TheoryDataRow<QuantScheme, int>> Cases() =>
        from scheme in Enum.GetValues<QuantScheme>()
        from bits in Enumerable.Range(2, 7)
        select new TheoryDataRow<QuantScheme, int>(scheme, bits);

    [Theory]
    [InlineData(0f)]
    [InlineData(float.Epsilon)]
    [InlineData(1e-40f)]
    [InlineData(float.MaxValue)]
    public void Extreme_ranges_give_finite_levels(float magnitude)
    {
        foreach (QuantScheme scheme in Enum.GetValues<QuantScheme>())
        {
            QuantGrid grid = QuantGrid.Of(scheme, 4, new ValueRange(-magnitude, magnitude));
            foreach (float value in (float[])[0, magnitude, -magnitude, magnitude / 3, float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                Assert.True(float.IsFinite(grid.Round(value)), $"{scheme} {value}");
            Assert.Equal(0, grid.Round(0));
            Assert.Equal(0, grid.Round(float.NaN));
        }
    }

    /// <summary>How far rounding the zero point moves the range's ends.</summary>
    private static double ZeroShift(AffineGrid grid, ValueRange range) =>
        grid.Lowest < 0 ? 0 : grid.Scale * (grid.ZeroPoint + (double)range.Minimum / grid.Scale);

    private static int[] Codes(QuantGrid grid, params float[] values) => [.. values.Select(grid.Quantize)];

    private static float[] Levels(QuantGrid grid, params float[] values) => [.. values.Select(grid.Round)];
}
