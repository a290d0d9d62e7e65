using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class GptqTests
{
    [Theory]
    [InlineData(2, 64, 32, 32)]
    [InlineData(3, 96, 32, 32)]
    [InlineData(3, 64, 64, -1)]
    [InlineData(4, 40, 24, 16)]
    [InlineData(4, 16, 8, -1)]
    [InlineData(8, 20, 12, 8)]
    public void Codes_of_any_width_and_groups_that_do_not_divide_are_decoded(int bits, int columns, int rows, int groupSize)
    {
        var random = new Random(bits * 100 + columns);
        int groups = groupSize < 0 ? 1 : (columns + groupSize - 1) / groupSize;
        int[,] codes = BitStream.RandomCodes(random, columns, rows, 1 << bits);
        int[,] zeros = BitStream.RandomCodes(random, groups, rows, 1 << bits);
        float[] scales = BitStream.RandomScales(random, groups * rows);
        int[] index = [.. Enumerable.Range(0, columns).Select(column => groupSize < 0 ? 0 : column / groupSize)];

        QuantizedMatrix matrix = Sample("gptq_v2", bits, groupSize, sym: false, codes, zeros, scales, index).Get();
        Assert.Equal((rows, columns), (matrix.Rows, matrix.Columns));
        Assert.True(matrix.Groups.Index.IsEmpty);
        BitAssert.Equal(Expected(codes, zeros, scales, index), CheckpointFile.Decode(matrix, rowsAtOnce: 5));
    }

    [Fact]
    public void Columns_in_the_order_of_activations_find_their_groups()
    {
        var random = new Random(5);
        int[,] codes = BitStream.RandomCodes(random, 32, 8, 16);
        int[,] zeros = BitStream.RandomCodes(random, 4, 8, 16);
        float[] scales = BitStream.RandomScales(random, 4 * 8);
        int[] index = [.. Enumerable.Range(0, 32).Select(i => i * 7 % 32 / 8)];
        QuantizedMatrix matrix = Sample("gptq_v2", 4, 8, sym: false, codes, zeros, scales, index).Get();
        Assert.Equal(index, matrix.Groups.Index.ToArray());
        BitAssert.Equal(Expected(codes, zeros, scales, index), CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void Without_a_list_the_groups_are_in_order()
    {
        var random = new Random(6);
        int[,] codes = BitStream.RandomCodes(random, 32, 8, 16);
        int[,] zeros = BitStream.RandomCodes(random, 2, 8, 16);
        float[] scales = BitStream.RandomScales(random, 2 * 8);
        int[] index = [.. Enumerable.Range(0, 32).Select(i => i / 16)];
        CheckpointFile file = Sample("gptq_v2", 4, 16, sym: false, codes, zeros, scales, index)
            .With(tensor => tensor.Name == "m.g_idx" ? null : tensor);
        BitAssert.Equal(Expected(codes, zeros, scales, index), CheckpointFile.Decode(file.Get()));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    public void Format_v1_stores_each_zero_point_less_one(int bits)
    {
        int[,] zeros = new int[1, 32];
        for (int row = 0; row < 32; row++) zeros[0, row] = 1 + row % ((1 << bits) - 1);
        Assert.Equal(Flat(zeros), ReadZeros("gptq", bits, Shifted(zeros, -1, bits), writer: "gptqmodel:7.6.0"));
        Assert.Equal(Flat(zeros), ReadZeros("gptq", bits, Shifted(zeros, -1, bits), writer: null));
        Assert.Equal(Flat(zeros), ReadZeros("gptq_v2", bits, zeros, writer: null));
    }

    [Fact]
    public void A_zero_point_of_0_that_borrowed_from_its_neighbour_is_restored()
    {
        // GPTQModel turns v2 into v1 by one subtraction per word.
        int[,] zeros = { { 0, 5, 0, 0, 1, 15, 7, 0 } };
        int word = BitStream.PackRows(zeros, 4)[0] - 0x11111111;
        var stored = new int[1, 8];
        for (int row = 0; row < 8; row++) stored[0, row] = (word >> (4 * row)) & 15;
        Assert.Equal(Flat(zeros), ReadZeros("gptq", 4, stored, writer: "gptqmodel:7.6.0"));
    }

    [Fact]
    public void A_stored_15_of_another_writer_is_the_zero_point_0()
    {
        int[,] stored = { { 15, 4, 7, 15, 0, 14, 15, 15 } };
        Assert.Equal([0f, 5, 8, 0, 1, 15, 0, 0], ReadZeros("gptq", 4, stored, writer: null));
    }

    [Theory]
    [InlineData("gptq", 7)]
    [InlineData("gptq", 8)]
    [InlineData("gptq_v2", 7)]
    [InlineData("gptq_v2", 8)]
    public void In_a_symmetric_module_the_zero_points_tell_the_format(string said, int stored)
    {
        var random = new Random(stored);
        int[,] codes = BitStream.RandomCodes(random, 16, 8, 16);
        int[,] zeros = new int[2, 8];
        foreach (ref int zero in System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref zeros[0, 0], zeros.Length)) zero = stored;
        float[] scales = BitStream.RandomScales(random, 2 * 8);
        int[] index = [.. Enumerable.Range(0, 16).Select(i => i / 8)];
        QuantizedMatrix matrix = Sample(said, 4, 8, sym: true, codes, zeros, scales, index).Get();
        Assert.Equal((CenterKind.None, 8), (matrix.Center, matrix.Grid.Zero));
        BitAssert.Equal(Expected(codes, Shifted(zeros, 8 - stored, 4), scales, index), CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void A_dynamic_rule_changes_the_settings_of_its_modules()
    {
        var random = new Random(9);
        int[,] codes = BitStream.RandomCodes(random, 32, 8, 256);
        int[,] zeros = BitStream.RandomCodes(random, 4, 8, 256);
        float[] scales = BitStream.RandomScales(random, 4 * 8);
        int[] index = [.. Enumerable.Range(0, 32).Select(i => i / 8)];
        const string dynamic = """, "dynamic":{"-:.*lm_head":{},"+:^m$":{"bits":8,"group_size":8}}""";
        QuantizedMatrix matrix = Sample("gptq_v2", 8, 8, sym: false, codes, zeros, scales, index, general: (4, 16), more: dynamic).Get();
        BitAssert.Equal(Expected(codes, zeros, scales, index), CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void Codes_of_a_module_that_a_rule_leaves_out_are_refused()
    {
        CheckpointFile file = Small(more: """, "dynamic":{"-:m.*":{}}""");
        Assert.Equal("m.qweight", Assert.Throws<ModelFormatException>(() => file.Find()).Item);
    }

    [Theory]
    [InlineData("m.g_idx", "group 9 of column 3")]
    [InlineData("m.g_idx", "group -1 of column 3")]
    public void A_group_that_does_not_exist_is_refused(string item, string found)
    {
        int group = found.Contains('-', StringComparison.Ordinal) ? -1 : 9;
        CheckpointFile file = Small(index: [0, 0, 0, group, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
        var error = Assert.Throws<ModelFormatException>(() => file.Find());
        Assert.Equal((item, found), (error.Item, error.Found));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_scale_that_is_not_finite_is_refused_with_its_place(float bad)
    {
        float[] scales = new float[16];
        Array.Fill(scales, 1f);
        scales[8 + 3] = bad;
        var error = Assert.Throws<ModelFormatException>(() => CheckpointFile.Decode(Small(scales: scales).Get()));
        Assert.Contains("row 3, group 1", error.Found, StringComparison.Ordinal);
        Assert.Equal("m", error.Item);
    }

    [Fact]
    public void A_weight_beyond_the_type_is_refused_with_its_place()
    {
        float[] scales = new float[16];
        Array.Fill(scales, 60000f);
        var error = Assert.Throws<ModelFormatException>(() => CheckpointFile.Decode(Small(scales: scales).Get()));
        Assert.Contains("weight", error.Found, StringComparison.Ordinal);
    }

    internal static CheckpointFile Small(float[]? scales = null, int[]? index = null, string more = "")
    {
        var random = new Random(1);
        return Sample(
            "gptq", 4, 8, sym: false, BitStream.RandomCodes(random, 16, 8, 16), BitStream.RandomCodes(random, 2, 8, 15),
            scales ?? BitStream.RandomScales(random, 16), index ?? [.. Enumerable.Range(0, 16).Select(i => i / 8)], more: more);
    }

    private static CheckpointFile Sample(
        string format, int bits, int groupSize, bool sym, int[,] codes, int[,] zeros, float[] scales, int[] index,
        (int Bits, int GroupSize)? general = null, string more = "")
    {
        (int saidBits, int saidGroup) = general ?? (bits, groupSize);
        string config = $$"""
            {"quant_method":"gptq","bits":{{saidBits}},"group_size":{{saidGroup}},"sym":{{(sym ? "true" : "false")}},
             "desc_act":true,"checkpoint_format":"{{format}}"{{more}}}
            """;
        int rows = codes.GetLength(1), groups = zeros.GetLength(0);
        int[] words = BitStream.PackColumns(codes, bits), zeroWords = BitStream.PackRows(zeros, bits);
        return new CheckpointFile(config)
            .Add("m.qweight", SafetensorsDType.I32, [words.Length / rows, rows], words)
            .Add("m.qzeros", SafetensorsDType.I32, [groups, zeroWords.Length / groups], zeroWords)
            .AddHalves("m.scales", [groups, rows], scales)
            .Add("m.g_idx", SafetensorsDType.I32, [index.Length], index);
    }

    /// <summary>The zero points that a module of one group reads; its codes and scales do not matter.</summary>
    private static float[] ReadZeros(string format, int bits, int[,] stored, string? writer)
    {
        int rows = stored.GetLength(1);
        var scales = new float[rows];
        Array.Fill(scales, 1f);
        string meta = writer is null ? "" : $$""", "meta":{"quantizer":["{{writer}}"]}""";
        QuantizedMatrix matrix =
            Sample(format, bits, -1, sym: false, BitStream.RandomCodes(new Random(3), 32, rows, 2), stored, scales, new int[32], more: meta).Get();
        var zeros = new float[rows];
        matrix.ReadCenters(0, zeros);
        return zeros;
    }

    private static float[] Expected(int[,] codes, int[,] zeros, float[] scales, int[] index)
    {
        int columns = codes.GetLength(0), rows = codes.GetLength(1);
        var values = new float[rows * columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                int group = index[column];
                values[row * columns + column] =
                    (float)((Half)scales[group * rows + row] * (Half)(codes[column, row] - zeros[group, row]));
            }
        return values;
    }

    private static int[,] Shifted(int[,] zeros, int by, int bits)
    {
        var shifted = (int[,])zeros.Clone();
        for (int g = 0; g < zeros.GetLength(0); g++)
            for (int r = 0; r < zeros.GetLength(1); r++)
                shifted[g, r] = (zeros[g, r] + by) & ((1 << bits) - 1);
        return shifted;
    }

    private static float[] Flat(int[,] zeros) => [.. zeros.Cast<int>().Select(zero => (float)zero)];
}
