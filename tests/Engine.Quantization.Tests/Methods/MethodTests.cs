using Engine.Quantization.Methods;
using Xunit;

namespace Engine.Quantization.Tests.Methods;

public class MethodTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Levels_of_a_group_are_found_again(int axis)
    {
        // Four groups of 16 levels each, laid out along either axis.
        var weights = new float[64];
        for (int group = 0; group < 4; group++)
        {
            for (int k = 0; k < 16; k++) weights[axis == 1 ? group * 16 + k : k * 4 + group] = (k - 3) * 0.25f * (group + 1);
        }
        HqqResult result = HqqQuantizer.Quantize(weights, new HqqOptions { GroupSize = 16, Axis = axis, Rounds = 0 });
        Assert.All(weights.Zip(result.Decode()), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Moving_the_zero_lowers_the_mean_error()
    {
        var random = new Random(1);
        float[] weights = [.. Enumerable.Range(0, 6400).Select(i => random.NextSingle() - 0.5f + (i % 64 == 5 ? 2 : 0))];
        double Error(int rounds) => weights.Zip(HqqQuantizer.Quantize(weights, new HqqOptions { Bits = 3, Rounds = rounds }).Decode())
            .Average(pair => Math.Abs(pair.First - pair.Second));
        Assert.InRange(Error(20), 0, 0.999 * Error(0));
    }

    [Fact]
    public void A_group_of_one_value_keeps_it()
    {
        float[] weights = [.. Enumerable.Repeat(0.7f, 64)];
        Assert.All(HqqQuantizer.Quantize(weights, new HqqOptions()).Decode(), weight => Assert.Equal(0.7f, weight, 1e-4));
    }

    [Fact]
    public void Hqq_refuses_what_it_cannot_quantize()
    {
        Assert.Throws<ArgumentException>(() => HqqQuantizer.Quantize(new float[10], new HqqOptions { GroupSize = 4 }));
        Assert.Throws<ArgumentException>(() => HqqQuantizer.Quantize([float.NaN], new HqqOptions { GroupSize = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => HqqQuantizer.Quantize(new float[64], new HqqOptions { Axis = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => HqqQuantizer.Quantize(new float[64], new HqqOptions { Bits = 9 }));
    }

    [Fact]
    public void Smoothing_leaves_the_product_of_magnitudes_at_every_strength()
    {
        float[] inputs = [4, 0, 100], weights = [1, 2, 0];
        Assert.Equal([2f, 1e-5f, 10 / MathF.Sqrt(1e-5f)], Smoothing.Scales(inputs, weights, 0.5f));
        Assert.Equal([4f, 1e-5f, 100f], Smoothing.Scales(inputs, weights, 1));
        Assert.Throws<ArgumentException>(() => Smoothing.Scales(inputs, [1f], 0.5f));
        Assert.Throws<ArgumentException>(() => Smoothing.Scales([float.NaN], [1f], 0.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoothing.Scales(inputs, weights, 1.5f));
    }

    [Fact]
    public void A_row_of_zeros_or_of_outliers_alone_has_no_magnitude()
    {
        Int8Rows rows = Int8Rows.Quantize([0, 0, 0, 7, -8, 6], 3, 6);
        Assert.Equal([0f, 0f], rows.Magnitudes);
        Assert.All(rows.Codes, code => Assert.Equal(0, code));
        Assert.Equal([0, 1, 2], rows.OutlierColumns);
        Assert.Throws<ArgumentException>(() => Int8Rows.Quantize([float.PositiveInfinity], 1));
        Assert.Throws<ArgumentException>(() => Int8Rows.Quantize([1, 2, 3], 2));
    }
}
