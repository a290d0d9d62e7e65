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
        Assert.Throws<ArgumentException>(
            () => HqqQuantizer.Quantize([-float.MaxValue, float.MaxValue], new HqqOptions { GroupSize = 2 }));
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

    [Fact]
    public void A_row_of_subnormal_values_has_codes_of_its_own_magnitude()
    {
        const float Tiny = 8 * float.Epsilon;
        Int8Rows rows = Int8Rows.Quantize([Tiny, -Tiny, Tiny / 2, 0], 4);
        Assert.Equal([127, -127, 64, 0], rows.Codes.Select(code => (int)code));
        Assert.Equal([Tiny], rows.Magnitudes);
    }

    [Fact]
    public void Every_level_of_a_codebook_is_found_again_and_what_lies_halfway_goes_down()
    {
        foreach (Codebook codebook in new[] { Codebook.NF4, Codebook.FP4, Codebook.Dynamic8 })
        {
            float[] levels = [.. codebook.Levels.ToArray().Order()];
            foreach (float level in levels) Assert.Equal(level, codebook.Levels[codebook.Quantize(level)]);
            for (int i = 0; i + 1 < levels.Length; i++)
                Assert.Equal(levels[i], codebook.Levels[codebook.Quantize((levels[i] + levels[i + 1]) / 2)]);
            Assert.Equal(1f, codebook.Levels[codebook.Quantize(float.PositiveInfinity)]);
        }
    }

    [Fact]
    public void Blocks_of_zeros_and_a_last_block_that_is_short_are_decoded()
    {
        float[] values = [0, 0, 0, 0, 2, -2, 0, 0, 3];
        CodebookBlocks blocks = CodebookBlocks.Quantize(values, Codebook.NF4, 4);
        Assert.Equal([0f, 2f, 3f], blocks.Magnitudes);
        Assert.Equal(values, blocks.Decode());
        Assert.Empty(CodebookBlocks.Quantize([], Codebook.NF4, 64).Codes);
        Assert.Throws<ArgumentException>(() => CodebookBlocks.Quantize([float.NaN], Codebook.NF4, 64));
    }
}
