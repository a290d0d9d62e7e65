using Engine.Formats;
using Engine.Quantization.Synthetic;
using Xunit;

namespace Engine.Quantization.Tests.Synthetic;

public class RandomTensorTests
{
    public static IEnumerable<TheoryDataRow<QuantType>> Types => QuantTypes.All
        .Where(type => type.CanDecode && type.Type is not (QuantType.Q8_1 or QuantType.Q8_K))
        .Select(type => new TheoryDataRow<QuantType>(type.Type));

    [Theory]
    [MemberData(nameof(Types))]
    public void Blocks_are_valid_and_their_values_have_the_wanted_size(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        var tensor = new RandomTensor("a", info, 64, 1024, seed: 3, deviation: 0.03);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        Assert.Equal(-1, info.FirstInvalidBlock(bytes));
        float[] values = new float[64 * 1024];
        info.Decode(bytes, values);
        double deviation = Math.Sqrt(values.Average(value => (double)value * value));
        // MXFP4's scales are powers of two, NVFP4's have three bits and here lie among the smallest.
        double factor = type is QuantType.MXFP4 or QuantType.NVFP4 ? 1.5 : 1.05;
        Assert.InRange(deviation, 0.03 / factor, 0.03 * factor);
        // Codes of two bits mean -1 to 2, or 1 more often than the other two.
        double mean = type is QuantType.Q2_0 or QuantType.TQ2_0 ? 0.015 : 0.005;
        Assert.InRange(values.Average(), -mean, mean);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Bytes_do_not_depend_on_the_pieces_they_are_read_in(QuantType type)
    {
        var tensor = new RandomTensor("a", QuantTypes.Get(type), 3, 512, seed: 5);
        byte[] whole = new byte[tensor.ByteLength], pieces = new byte[tensor.ByteLength];
        tensor.Read(0, whole);
        for (int offset = 0, size = 1; offset < pieces.Length; offset += size, size = size % 200 + 7)
            tensor.Read(offset, pieces.AsSpan(offset, Math.Min(size, pieces.Length - offset)));
        Assert.Equal(whole, pieces);
        byte[] other = new byte[tensor.ByteLength];
        new RandomTensor("a", QuantTypes.Get(type), 3, 512, seed: 6).Read(0, other);
        Assert.NotEqual(whole, other);
    }

    [Fact]
    public void Types_that_hold_no_weights_and_rows_that_are_no_blocks_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RandomTensor("a", QuantTypes.Get(QuantType.I32), 1, 32, 1));
        Assert.Throws<ArgumentException>(() => new RandomTensor("a", QuantTypes.Get(QuantType.Q4_K), 1, 32, 1));
        var tensor = new RandomTensor("a", QuantTypes.Get(QuantType.Q4_0), 1, 32, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Read(1, new byte[18]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Read(-1, new byte[1]));
    }
}
