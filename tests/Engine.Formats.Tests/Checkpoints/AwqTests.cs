using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class AwqTests
{
    [Fact]
    public void Gemm_words_hold_eight_outputs_out_of_order()
    {
        // The word 0x76543210 gives outputs 0, 2, 4, 6 the even places: AutoAWQ's order is [0, 2, 4, 6, 1, 3, 5, 7].
        int[] words = new int[8];
        Array.Fill(words, 0x76543210);
        CheckpointFile file = new CheckpointFile(Config("gemm", 8))
            .Add("m.qweight", SafetensorsDType.I32, [8, 1], words)
            .Add("m.qzeros", SafetensorsDType.I32, [1, 1], 0)
            .AddHalves("m.scales", [1, 8], 1, 1, 1, 1, 1, 1, 1, 1);
        QuantizedMatrix matrix = file.Get();
        var codes = new byte[8 * 8];
        matrix.ReadCodes(0, codes);
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], Enumerable.Range(0, 8).Select(row => (int)codes[row * 8]));
    }

    [Theory]
    [InlineData("gemv_fast", "qzeros", 8, 128, 64)]
    [InlineData("gemv_fast", "qzeros", 4, 64, 32)]
    [InlineData("llm-awq", "scaled_zeros", 12, 192, -1)]
    public void Interleaved_rows_are_told_apart(string version, string offsetsName, int rows, int columns, int groupSize)
    {
        var random = new Random(rows * columns);
        int size = groupSize < 0 ? columns : groupSize;
        int groups = columns / size, padded = 8;
        int[,] codes = BitStream.RandomCodes(random, rows, columns, 16);
        float[] scales = BitStream.RandomScales(random, padded * rows);
        int[,] zeros = BitStream.RandomCodes(random, padded, rows, 16);
        float[] offsets = [.. Enumerable.Range(0, padded * rows).Select(i => (float)(Half)(-scales[i] * zeros[i / rows, i % rows]))];
        QuantizedMatrix matrix = new CheckpointFile(Config(version, groupSize))
            .Add("m.qweight", SafetensorsDType.I16, [rows / 4, columns], Interleave(codes))
            .AddHalves("m.scales", [padded, rows], scales)
            .AddHalves($"m.{offsetsName}", [padded, rows], offsets)
            .Get();

        Assert.Equal((rows, columns, groups), (matrix.Rows, matrix.Columns, matrix.Groups.Count));
        Assert.Equal(CenterKind.Offset, matrix.Center);
        var expected = new float[rows * columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                int at = column / size * rows + row;
                expected[row * columns + column] = (float)(Half)((double)scales[at] * codes[row, column] + offsets[at]);
            }
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix, rowsAtOnce: 3));
    }

    [Fact]
    public void Columns_that_are_no_whole_groups_are_refused()
    {
        CheckpointFile file = new CheckpointFile(Config("gemm", 5)).Add("m.qweight", SafetensorsDType.I32, [8, 1], new int[8]);
        Assert.Equal(("m.qweight", "8 inputs"), Error(file));
    }

    [Fact]
    public void Words_of_another_version_are_refused()
    {
        CheckpointFile file = new CheckpointFile(Config("gemm", 8)).Add("m.qweight", SafetensorsDType.I16, [8, 1], new short[8]);
        Assert.Equal(("m.qweight", "type I16"), Error(file));
    }

    [Fact]
    public void Missing_zero_points_are_named()
    {
        CheckpointFile file = new CheckpointFile(Config("gemm", 8))
            .Add("m.qweight", SafetensorsDType.I32, [8, 1], new int[8])
            .AddHalves("m.scales", [1, 8], new float[8]);
        Assert.Equal(("m.qzeros", "no such tensor"), Error(file));
    }

    private static (string? Item, string Found) Error(CheckpointFile file)
    {
        var error = Assert.Throws<ModelFormatException>(() => file.Find());
        return (error.Item, error.Found);
    }

    private static string Config(string version, int groupSize) =>
        $$"""{"quant_method":"awq","bits":4,"group_size":{{groupSize}},"zero_point":true,"version":"{{version}}"}""";

    /// <summary>pack_intweight of llm-awq, step by step as its reshapes and transpositions say.</summary>
    private static short[] Interleave(int[,] codes)
    {
        int rows = codes.GetLength(0), columns = codes.GetLength(1);
        var ordered = new int[rows, columns];
        for (int row = 0; row < rows; row++)
            for (int start = 0; start < columns; start += 32)
            {
                // reshape(4, 4, 2).transpose(1, 0, 2): 0, 1, 8, 9, 16, 17, 24, 25, 2, 3, ...
                int[] pairs = [.. from p in Enumerable.Range(0, 4) from q in Enumerable.Range(0, 4) from c in Enumerable.Range(0, 2)
                    select codes[row, start + q * 8 + p * 2 + c]];
                // Of each 8: 0, 2, 4, 6, 1, 3, 5, 7.
                int[] order = [0, 2, 4, 6, 1, 3, 5, 7];
                for (int i = 0; i < 32; i++) ordered[row, start + i] = pairs[i / 8 * 8 + order[i % 8]];
            }

        var packed = new List<short>();
        for (int block = 0; block < rows; block += 4)
            for (int start = 0; start < columns; start += 64)
            {
                int[] turns = [.. from row in Enumerable.Range(block, 4) from k in Enumerable.Range(start, 64) select ordered[row, k]];
                for (int i = 0; i < turns.Length; i += 4)
                    packed.Add((short)(turns[i] | turns[i + 1] << 4 | turns[i + 2] << 8 | turns[i + 3] << 12));
            }
        return [.. packed];
    }
}
