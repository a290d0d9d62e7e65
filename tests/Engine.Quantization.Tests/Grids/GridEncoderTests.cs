using Engine.Formats;
using Engine.Quantization.Encoders;
using Xunit;

namespace Engine.Quantization.Tests.Grids;

public class GridEncoderTests
{
    public static TheoryData<QuantType> Types =>
    [
        QuantType.IQ1_S, QuantType.IQ1_M, QuantType.IQ2_XXS, QuantType.IQ2_XS, QuantType.IQ2_S, QuantType.IQ3_XXS, QuantType.IQ3_S,
    ];

    /// <summary>What a block means can be stored in a block, so that hardly anything need be lost.</summary>
    [Theory]
    [InlineData(QuantType.IQ2_XXS)]
    [InlineData(QuantType.IQ2_XS)]
    [InlineData(QuantType.IQ2_S)]
    [InlineData(QuantType.IQ3_XXS)]
    [InlineData(QuantType.IQ3_S)]
    public void What_a_block_means_is_found_again(QuantType type)
    {
        var random = new Random(3);
        QuantTypeInfo info = QuantTypes.Get(type);
        byte[] block = new byte[info.BlockBytes], again = new byte[info.BlockBytes];
        float[] values = new float[256], decoded = new float[256], weights = new float[256];
        RowEncoder encoder = RowEncoders.Make(type);
        for (int round = 0; round < 20; round++)
        {
            do
            {
                random.NextBytes(block);
                info.Decode(block, values);
            }
            while (info.FirstInvalidBlock(block) >= 0 || values.Max(MathF.Abs) is not (> 1e-3f and < 1e3f));
            for (int i = 0; i < weights.Length; i++) weights[i] = random.NextSingle() + 0.1f;
            encoder.Encode(values, weights, again);
            info.Decode(again, decoded);
            double lost = values.Zip(decoded, (x, y) => Math.Pow(x - y, 2)).Sum() / values.Sum(x => Math.Pow(x, 2));
            Assert.InRange(lost, 0, 1e-2);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_same_block_comes_out_whatever_was_encoded_before(QuantType type)
    {
        float[] first = Values(1, 512), second = Values(2, 512);
        Array.Clear(second, 256, 100);
        RowEncoder used = RowEncoders.Make(type);
        byte[] bytes = new byte[QuantTypes.Get(type).RowBytes(512)], again = new byte[bytes.Length];
        used.Encode(first, [], bytes);
        used.Encode(second, [], bytes);
        RowEncoders.Make(type).Encode(second, [], again);
        Assert.Equal(again, bytes);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Weights_of_zero_and_values_of_any_size_give_valid_blocks(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        RowEncoder encoder = RowEncoders.Make(type);
        byte[] block = new byte[info.BlockBytes];
        float[] decoded = new float[256];
        foreach (float size in (float[])[0, 1e-40f, 1e-12f, 1e-6f, 1e-2f, 1, 1e4f])
        {
            float[] values = [.. Values(4, 256).Select(x => x * size)];
            encoder.Encode(values, new float[256], block);
            Assert.Equal(-1, info.FirstInvalidBlock(block));
            info.Decode(block, decoded);
            double kept = values.Sum(x => (double)x * x), lost = values.Zip(decoded, (x, y) => Math.Pow((double)x - y, 2)).Sum();
            Assert.InRange(lost, 0, kept * (size >= 1e-2f ? 0.7 : 1));
        }
    }

    [Fact]
    public void Lengths_that_do_not_belong_together_and_other_types_are_refused()
    {
        RowEncoder encoder = RowEncoders.Make(QuantType.IQ2_S);
        Assert.Throws<ArgumentException>(() => encoder.Encode(new float[256], [], new byte[81]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new float[255], [], new byte[82]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new float[256], new float[1], new byte[82]));
        Assert.Throws<NotSupportedException>(() => RowEncoders.Make(QuantType.Q8_K));
    }

    internal static float[] Values(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
