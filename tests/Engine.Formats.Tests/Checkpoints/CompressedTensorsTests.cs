using Engine.Formats.Checkpoints;
using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Numerics;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class CompressedTensorsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Packed_codes_with_zero_points_of_any_width_are_decoded(int bits)
    {
        const int rows = 5, columns = 24, size = 8, groups = 3;
        var random = new Random(bits);
        int[,] codes = BitStream.RandomCodes(random, rows, columns, 1 << bits);
        int[,] zeros = BitStream.RandomCodes(random, rows, groups, 1 << bits);
        float[] scales = BitStream.RandomScales(random, rows * groups);
        int[] words = BitStream.PackRows(codes, bits), zeroWords = BitStream.PackColumns(zeros, bits);
        QuantizedMatrix matrix = Packed(Weights(bits, size, symmetric: false), rows, columns, words)
            .AddHalves("m.weight_scale", [rows, groups], scales)
            .Add("m.weight_zero_point", SafetensorsDType.I32, [zeroWords.Length / groups, groups], zeroWords)
            .Get();
        BitAssert.Equal(
            Expected(rows, columns, (r, c) => codes[r, c] - zeros[r, c / size], (r, c) => scales[r * groups + c / size]),
            CheckpointFile.Decode(matrix, rowsAtOnce: 2));
    }

    [Fact]
    public void Words_of_older_releases_that_leave_bits_empty_are_told_by_their_number()
    {
        // 3 bits, 10 codes to a word: 32 codes take 4 words, in a stream they would take 3.
        int[,] codes = BitStream.RandomCodes(new Random(2), 2, 32, 8);
        int[] words =
            [.. from r in Enumerable.Range(0, 2) from w in Enumerable.Range(0, 4)
                select Enumerable.Range(0, Math.Min(10, 32 - w * 10)).Aggregate(0, (word, i) => word | codes[r, w * 10 + i] << (3 * i))];
        QuantizedMatrix matrix = Packed(Weights(3, 32, symmetric: true), 2, 32, words).AddHalves("m.weight_scale", [2, 1], 0.5f, 2).Get();
        BitAssert.Equal(Expected(2, 32, (r, c) => codes[r, c] - 4, (r, _) => r == 0 ? 0.5f : 2), CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void A_list_of_groups_is_followed_and_one_of_minus_ones_is_not()
    {
        int[,] codes = BitStream.RandomCodes(new Random(3), 2, 16, 16);
        int[] index = [.. Enumerable.Range(0, 16).Select(i => i % 2)];
        CheckpointFile file = Packed(Weights(4, 8, symmetric: true), 2, 16, BitStream.PackRows(codes, 4))
            .AddHalves("m.weight_scale", [2, 2], 1, 2, 3, 4)
            .Add("m.weight_g_idx", SafetensorsDType.I32, [16], index);
        BitAssert.Equal(Expected(2, 16, (r, c) => codes[r, c] - 8, (r, c) => 1 + r * 2 + c % 2), CheckpointFile.Decode(file.Get()));

        int[] unset = new int[16];
        Array.Fill(unset, -1);
        file = file.With(t => t.Name == "m.weight_g_idx" ? (t.Name, t.Type, t.Shape, [.. unset.SelectMany(BitConverter.GetBytes)]) : t);
        BitAssert.Equal(Expected(2, 16, (r, c) => codes[r, c] - 8, (r, c) => 1 + r * 2 + c / 8), CheckpointFile.Decode(file.Get()));
    }

    [Fact]
    public void Signed_bytes_have_signed_zero_points()
    {
        string weights = """{"num_bits":8,"type":"int","symmetric":false,"strategy":"channel"}""";
        QuantizedMatrix matrix = new CheckpointFile(Config("int-quantized", weights))
            .Add("m.weight", SafetensorsDType.I8, [2, 2], (sbyte)-128, (sbyte)127, (sbyte)3, (sbyte)-4)
            .AddHalves("m.weight_scale", [2, 1], 1, 0.5f)
            .Add("m.weight_zero_point", SafetensorsDType.I8, [2, 1], (sbyte)-28, (sbyte)1)
            .Get();
        BitAssert.Equal([-100f, 155, 1, -2.5f], CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void Four_bits_in_a_byte_are_checked_for_their_range()
    {
        string weights = """{"num_bits":4,"type":"int","symmetric":true,"strategy":"channel"}""";
        CheckpointFile file = new CheckpointFile(Config("int-quantized", weights))
            .Add("m.weight", SafetensorsDType.I8, [1, 3], (sbyte)-8, (sbyte)7, (sbyte)0)
            .AddHalves("m.weight_scale", [1, 1], 1);
        BitAssert.Equal([-8f, 7, 0], CheckpointFile.Decode(file.Get()));
        file = file.With(t => t.Name == "m.weight" ? (t.Name, t.Type, t.Shape, [0, 0, 8]) : t);
        Assert.Equal("the value 8", Assert.Throws<ModelFormatException>(() => CheckpointFile.Decode(file.Get())).Found);
    }

    [Fact]
    public void Ragged_blocks_end_with_the_matrix()
    {
        string weights = """{"num_bits":8,"type":"float","symmetric":true,"strategy":"block","block_structure":[2,3]}""";
        byte[] ones = new byte[3 * 5];
        Array.Fill(ones, E4M3.FromSingle(1));
        QuantizedMatrix matrix = new CheckpointFile(Config("float-quantized", weights))
            .Add("m.weight", SafetensorsDType.F8_E4M3, [3, 5], ones)
            .AddHalves("m.weight_scale", [2, 2], 1, 2, 3, 4)
            .Get();
        BitAssert.Equal([1f, 1, 1, 2, 2, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4], CheckpointFile.Decode(matrix, rowsAtOnce: 1));
    }

    [Fact]
    public void A_weight_that_is_NaN_is_refused()
    {
        string weights = """{"num_bits":8,"type":"float","strategy":"tensor"}""";
        CheckpointFile file = new CheckpointFile(Config("float-quantized", weights))
            .Add("m.weight", SafetensorsDType.F8_E4M3, [1, 2], (byte)0, (byte)0xFF)
            .Add("m.weight_scale", SafetensorsDType.BF16, [1], (ushort)0x3F80);
        Assert.Contains("column 1", Assert.Throws<ModelFormatException>(() => CheckpointFile.Decode(file.Get())).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void The_closest_group_counts_and_ignored_modules_are_plain()
    {
        string config = """
            {"quant_method":"compressed-tensors","format":"int-quantized","ignore":["lm_head","re:.*router"],"config_groups":{
              "a":{"targets":["Linear"],"weights":{"num_bits":8,"type":"int","strategy":"channel"}},
              "b":{"targets":["re:.*down_proj$"],"format":"pack-quantized","weights":{"num_bits":4,"type":"int","strategy":"group","group_size":8}},
              "c":{"targets":["x.down_proj"],"weights":{"num_bits":8,"type":"int","strategy":"tensor"}}}}
            """;
        CheckpointFile FileOf(string module) => new CheckpointFile(config)
            .Add($"{module}.weight", SafetensorsDType.I8, [2, 2], (sbyte)1, (sbyte)2, (sbyte)3, (sbyte)4)
            .AddHalves($"{module}.weight_scale", [2, 1], 1, 2);
        BitAssert.Equal([1f, 2, 6, 8], CheckpointFile.Decode(FileOf("y.q_proj").Get("y.q_proj")));
        Assert.Equal("y.down_proj.weight_shape", Assert.Throws<ModelFormatException>(() => FileOf("y.down_proj").Find("y.down_proj")).Item);
        Assert.Equal("x.down_proj.weight_scale", Assert.Throws<ModelFormatException>(() => FileOf("x.down_proj").Find("x.down_proj")).Item);
        Assert.Equal("a.router.x", Assert.Throws<ModelFormatException>(() => FileOf("a.router.x").Find("a.router.x")).Item);
        Assert.Null(FileOf("y.q_proj").Find("lm_head"));
    }

    [Theory]
    [InlineData("a.k_scale", "a.v_scale")]
    [InlineData("a.k_proj.k_scale", "a.v_proj.v_scale")]
    [InlineData("a.k_proj.output_scale", "a.v_proj.output_scale")]
    public void Scales_of_the_cache_are_found_under_all_their_names(string keys, string values)
    {
        byte[] file = new CheckpointFile("").AddHalves(keys, [1], 0.5f).AddHalves(values, [2], 0.25f, 2).ToBytes();
        CacheScales scales = Open(file).FindCacheScales("a");
        Assert.Equal([0.5f], scales.Keys);
        Assert.Equal([0.25f, 2], scales.Values);
        Assert.Empty(Open(file).FindCacheScales("b").Keys);
    }

    [Fact]
    public void A_scale_of_the_cache_that_is_not_finite_is_refused()
    {
        byte[] file = new CheckpointFile("").AddHalves("a.k_scale", [1], float.NaN).ToBytes();
        Assert.Equal("a.k_scale", Assert.Throws<ModelFormatException>(() => Open(file).FindCacheScales("a")).Item);
    }

    private static QuantizedCheckpoint Open(byte[] file) => new(new Mxfp4Config("config.json"), SafetensorsFile.Open(file, "memory.safetensors"));

    private static float[] Expected(int rows, int columns, Func<int, int, int> difference, Func<int, int, float> scale) =>
        [.. from r in Enumerable.Range(0, rows) from c in Enumerable.Range(0, columns) select (float)((Half)difference(r, c) * (Half)scale(r, c))];

    private static CheckpointFile Packed(string weights, int rows, int columns, int[] words) =>
        new CheckpointFile(Config("pack-quantized", weights))
            .Add("m.weight_packed", SafetensorsDType.I32, [rows, words.Length / rows], words)
            .Add("m.weight_shape", SafetensorsDType.I64, [2], (long)rows, columns);

    private static string Weights(int bits, int groupSize, bool symmetric) =>
        $$"""{"num_bits":{{bits}},"type":"int","symmetric":{{(symmetric ? "true" : "false")}},"strategy":"group","group_size":{{groupSize}}}""";

    private static string Config(string format, string weights) =>
        $$"""
        {"quant_method":"compressed-tensors","format":"{{format}}","ignore":["lm_head"],
         "config_groups":{"group_0":{"targets":["Linear"],"input_activations":null,"weights":{{weights}} } } }
        """;
}
