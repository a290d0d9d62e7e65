using System.Text;
using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class HqqTests
{
    [Theory]
    [InlineData("8bit_u8", 8, 1, 16)]
    [InlineData("4bit_u8", 4, 1, 16)]
    [InlineData("4bit_u8", 4, 0, 16)]
    [InlineData("3bit_32", 3, 1, 16)]
    [InlineData("3bit_32", 3, 0, 16)]
    [InlineData("2bit_u8", 2, 1, 64)]
    [InlineData("2bit_u8", 2, 0, 8)]
    [InlineData("1bit_u8", 1, 1, 32)]
    [InlineData("1bit_u8", 1, 0, 8)]
    public void Groups_along_either_axis_are_decoded(string packing, int bits, int axis, int groupSize)
    {
        const int rows = 16, columns = 48;
        var random = new Random(bits * 10 + axis);
        int groups = rows * columns / groupSize;
        (int height, int width) = axis == 1 ? (groups, groupSize) : (groupSize, groups);
        int[,] codes = BitStream.RandomCodes(random, height, width, 1 << bits);
        float[] scales = BitStream.RandomScales(random, groups);
        float[] zeros = [.. Enumerable.Range(0, groups).Select(_ => (float)(Half)(random.NextSingle() * (1 << bits)))];
        CheckpointFile file = Settings(packing, bits, axis, groupSize, rows, columns)
            .AddHalves("m.scale", axis == 1 ? [groups, 1] : [1, groups], scales)
            .AddHalves("m.zero", axis == 1 ? [groups, 1] : [1, groups], zeros);
        Add(file, codes, bits);

        var expected = new float[rows * columns];
        for (int i = 0; i < expected.Length; i++)
        {
            int group = axis == 1 ? i / width : i % width;
            Half difference = (Half)codes[i / width, i % width] - (Half)zeros[group];
            expected[i] = (float)(difference * (Half)scales[group]);
        }
        QuantizedMatrix matrix = file.Get();
        Assert.Equal((rows, columns), (matrix.Rows, matrix.Columns));
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix, rowsAtOnce: 3));
    }

    [Fact]
    public void Groups_may_cross_rows()
    {
        // 6 rows of 8 in groups of 12: scales change in the middle of rows.
        int[,] codes = BitStream.RandomCodes(new Random(1), 4, 12, 256);
        CheckpointFile file = Settings("8bit_u8", 8, 1, 12, 6, 8)
            .AddHalves("m.scale", [4, 1], 1, 2, 3, 4)
            .AddHalves("m.zero", [4, 1], 0, 0, 0, 0);
        Add(file, codes, 8);
        float[] expected = [.. Enumerable.Range(0, 48).Select(i => (float)(Half)(codes[i / 12, i % 12] * (1 + i / 12)))];
        BitAssert.Equal(expected, CheckpointFile.Decode(file.Get(), rowsAtOnce: 1));
    }

    [Fact]
    public void Quantized_scales_are_refused()
    {
        CheckpointFile file = Settings("8bit_u8", 8, 1, 8, 2, 8, quantScale: 1);
        Add(file, new int[2, 8], 8);
        Assert.Equal("m.quant_scale", Assert.Throws<ModelFormatException>(() => file.Find()).Item);
    }

    [Fact]
    public void A_packed_tensor_of_another_size_is_refused()
    {
        CheckpointFile file = Settings("4bit_u8", 4, 1, 8, 2, 8)
            .AddHalves("m.scale", [2, 1], 1, 1)
            .AddHalves("m.zero", [2, 1], 1, 1)
            .Add("m.W_q", SafetensorsDType.U8, [2, 8], new byte[16]);
        Assert.Equal(("m.W_q", "16 bytes"), (Assert.Throws<ModelFormatException>(() => file.Find()).Item, "16 bytes"));
    }

    private static CheckpointFile Settings(
        string packing, int bits, int axis, int groupSize, int rows, int columns, byte quantScale = 0)
    {
        string config = """{"quant_method":"hqq","quant_config":{"weight_quant_params":{"nbits":4,"group_size":64,"axis":1}},"skip_modules":["lm_head"]}""";
        return new CheckpointFile(config)
            .Add("m.nbits", SafetensorsDType.I32, [], bits)
            .Add("m.group_size", SafetensorsDType.I32, [], groupSize)
            .Add("m.axis", SafetensorsDType.I32, [], axis)
            .Add("m.shape", SafetensorsDType.I64, [2], (long)rows, columns)
            .Add("m.packing", SafetensorsDType.U8, [packing.Length], Encoding.ASCII.GetBytes(packing))
            .Add("m.compute_dtype", SafetensorsDType.U8, [13], Encoding.ASCII.GetBytes("torch.float16"))
            .Add("m.quant_scale", SafetensorsDType.U8, [], quantScale)
            .Add("m.quant_zero", SafetensorsDType.U8, [], (byte)0);
    }

    /// <summary>BitPack of hqq: parts of equal height, the first in the highest bits; 3-bit codes fill ten fields of a word.</summary>
    private static void Add(CheckpointFile file, int[,] codes, int bits)
    {
        int height = codes.GetLength(0), width = codes.GetLength(1);
        int fields = bits == 3 ? 10 : 8 / bits;
        int step = (height + fields - 1) / fields;
        var words = new int[step * width];
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++)
                words[row % step * width + column] |= codes[row, column] << ((fields - 1 - row / step) * bits);
        if (bits == 3) file.Add("m.W_q", SafetensorsDType.I32, [step, width], words);
        else file.Add("m.W_q", SafetensorsDType.U8, [step, width], [.. words.Select(word => (byte)word)]);
    }
}
