using Xunit;

namespace Engine.Formats.Tests.Blocks;

public class EncodeTests
{
    public static IEnumerable<TheoryDataRow<QuantType>> Encodable
        => QuantTypes.All.Where(info => info.CanEncode).Select(info => new TheoryDataRow<QuantType>(info.Type));

    [Theory]
    [MemberData(nameof(Encodable))]
    public void Every_weight_comes_back_within_about_half_a_step(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 2 * 256).Select(_ => random.NextSingle() * 2 - 1)];
        float[] decoded = EncodeAndDecode(info, values);
        for (int i = 0; i < values.Length; i++)
            Assert.InRange(decoded[i], values[i] - 0.57f * Step(type), values[i] + 0.57f * Step(type)); // 0.07: the scale's own rounding
    }

    /// <summary>The widest step between numbers of -1..1, or twice the distance by which a type misses the far end.</summary>
    private static float Step(QuantType type) => type switch
    {
        QuantType.Q1_0 => 2,
        QuantType.Q2_0 or QuantType.TQ1_0 or QuantType.TQ2_0 => 1,
        QuantType.Q4_0 => 2 / 8f,
        QuantType.Q4_1 => 2 / 15f,
        QuantType.Q5_0 => 2 / 16f,
        QuantType.Q5_1 => 2 / 31f,
        QuantType.IQ4_NL => 36 / 113f,
        QuantType.MXFP4 => 4 / 8f,
        QuantType.NVFP4 => 2 / 6f * 1.1f,
        QuantType.Q8_0 => 1 / 127f,
        _ => 1 / 256f,
    };

    [Theory]
    [MemberData(nameof(Encodable))]
    public void Zeros_a_constant_and_a_subnormal_spike_encode_to_valid_blocks(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        Assert.All(EncodeAndDecode(info, new float[256]), value => Assert.Equal(0f, MathF.Abs(value)));
        float tolerance = type == QuantType.NVFP4 ? 0.01f : 0.001f; // NVFP4's scale has three bits
        Assert.All(EncodeAndDecode(info, [.. Enumerable.Repeat(0.25f, 256)]), value => Assert.Equal(0.25f, value, tolerance));
        float[] spike = new float[256];
        spike[7] = -float.Epsilon;
        Assert.All(EncodeAndDecode(info, spike), value => Assert.Equal(0f, value, 1e-40f));
    }

    /// <summary>The extreme value makes the step 1, so the codes can be read off the values; ties go away from zero or up.</summary>
    [Theory]
    [InlineData(QuantType.Q4_0, new float[] { -8, 8, 7.5f, 0.5f, 0.4f, -0.5f, -0.6f, -7.5f }, new float[] { -8, 7, 7, 1, 0, 0, -1, -7 })]
    [InlineData(QuantType.Q4_1, new float[] { 2, 17, 2.5f, 2.4f, 3.5f, 16.5f }, new float[] { 2, 17, 3, 2, 4, 17 })]
    [InlineData(QuantType.Q5_0, new float[] { -16, 16, 15.5f, 0.5f, 0.4f, -0.5f, -15.5f }, new float[] { -16, 15, 15, 1, 0, 0, -15 })]
    [InlineData(QuantType.Q5_1, new float[] { 2, 33, 2.5f, 2.4f, 3.5f, 32.5f }, new float[] { 2, 33, 3, 2, 4, 33 })]
    [InlineData(QuantType.MXFP4, new float[] { 4, 0.25f, 0.75f, -0.75f, 2.5f, 5, 7, -3.5f }, new float[] { 4, 0, 0.5f, -0.5f, 2, 4, 6, -3 })]
    [InlineData(QuantType.Q8_0, new float[] { 127, -127, 0.5f, 0.4f, -0.5f, 2.5f, -2.5f }, new float[] { 127, -127, 1, 0, -1, 3, -3 })]
    public void Codes_round_as_in_ggml(QuantType type, float[] values, float[] expected)
    {
        float[] padded = [.. Enumerable.Repeat(values[0], 32)];
        values.CopyTo(padded, 3);
        Assert.Equal(expected, EncodeAndDecode(QuantTypes.Get(type), padded)[3..(3 + values.Length)]);
    }

    [Fact]
    public void A_scale_beyond_its_format_is_found_invalid()
    {
        byte[] block = new byte[34];
        QuantTypes.Get(QuantType.Q8_0).Encode([.. Enumerable.Repeat(1e30f, 32)], block);
        Assert.Equal(0, QuantTypes.Get(QuantType.Q8_0).FirstInvalidBlock(block));
    }

    [Fact]
    public void Lengths_that_do_not_belong_together_and_types_without_encoder_are_refused()
    {
        Assert.Throws<ArgumentException>(() => QuantTypes.Get(QuantType.Q8_0).Encode(new float[31], new byte[34]));
        Assert.Throws<ArgumentException>(() => QuantTypes.Get(QuantType.Q8_0).Encode(new float[32], new byte[33]));
        Assert.Throws<NotSupportedException>(() => QuantTypes.Get(QuantType.IQ1_S).Encode(new float[256], new byte[50]));
    }

    private static float[] EncodeAndDecode(QuantTypeInfo info, float[] values)
    {
        byte[] blocks = new byte[info.RowBytes(values.Length)];
        info.Encode(values, blocks);
        Assert.Equal(-1, info.FirstInvalidBlock(blocks));
        float[] decoded = new float[values.Length];
        info.Decode(blocks, decoded);
        return decoded;
    }
}
