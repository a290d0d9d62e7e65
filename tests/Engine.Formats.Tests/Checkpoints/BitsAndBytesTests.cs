using System.Text;
using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class BitsAndBytesTests
{
    private const string Config4 = """{"quant_method":"bitsandbytes","load_in_4bit":true,"load_in_8bit":false}""";
    private const string Config8 = """{"load_in_8bit":true,"llm_int8_threshold":6.0}""";

    [Theory]
    [InlineData(6, 32)]
    [InlineData(5, 15)]
    [InlineData(3, 1)]
    public void Blocks_may_cross_rows_and_bytes_too(int rows, int columns)
    {
        const int block = 8;
        var random = new Random(rows);
        int total = rows * columns;
        int[] codes = [.. Enumerable.Range(0, total).Select(_ => random.Next(16))];
        float[] levels = [.. Enumerable.Range(0, 16).Select(i => i / 7f - 1)];
        float[] scales = [.. Enumerable.Range(0, (total + block - 1) / block).Select(_ => random.NextSingle())];
        QuantizedMatrix matrix = Sample(codes, rows, columns, block, levels).Add("m.weight.absmax", SafetensorsDType.F32, [scales.Length], scales).Get();
        float[] expected = [.. Enumerable.Range(0, total).Select(i => (float)(Half)(levels[codes[i]] * scales[i / block]))];
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix, rowsAtOnce: 2));
    }

    [Fact]
    public void Double_quantization_adds_the_offset_to_the_scale_of_scales()
    {
        int[] codes = new int[64];
        Array.Fill(codes, 15);
        float[] levels = new float[16];
        levels[15] = 1;
        float[] map = [.. Enumerable.Range(0, 256).Select(i => i / 256f)];
        QuantizedMatrix matrix = Sample(codes, 4, 16, 8, levels, """, "nested_blocksize":4,"nested_offset":0.25,"nested_dtype":"float32" """)
            .Add("m.weight.absmax", SafetensorsDType.U8, [8], [.. Enumerable.Range(0, 8).Select(i => (byte)(i * 32))])
            .Add("m.weight.nested_absmax", SafetensorsDType.F32, [2], 1f, 2f)
            .Add("m.weight.nested_quant_map", SafetensorsDType.F32, [256], map)
            .Get();
        var scales = new float[4 * 2];
        matrix.ReadScales(0, scales);
        BitAssert.Equal([0.25f, 0.375f, 0.5f, 0.625f, 1.25f, 1.5f, 1.75f, 2f], scales);
    }

    [Theory]
    [InlineData("m.weight.absmax")]
    [InlineData("m.weight.quant_map")]
    [InlineData("m.weight")]
    public void A_missing_part_is_named(string name)
    {
        CheckpointFile file = Sample(new int[16], 2, 8, 8, new float[16]).Add("m.weight.absmax", SafetensorsDType.F32, [2], 1f, 1f);
        Assert.Equal(name, Assert.Throws<ModelFormatException>(() => file.With(t => t.Name == name ? null : t).Find()).Item);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"shape":[2,8],"blocksize":0,"dtype":"float16"}""")]
    [InlineData("""{"shape":[2],"blocksize":8,"dtype":"float16"}""")]
    [InlineData("""{"shape":[2,-8],"blocksize":8,"dtype":"float16"}""")]
    [InlineData("""{"shape":[2147483647,2147483647],"blocksize":8,"dtype":"float16"}""")]
    [InlineData("""{"shape":[2,8],"blocksize":8,"dtype":"float8"}""")]
    [InlineData("""{"shape":[2,8],"blocksize":8,"dtype":"\ud800"}""")]
    public void A_state_that_describes_nothing_is_refused(string state)
    {
        CheckpointFile file = Sample(new int[16], 2, 8, 8, new float[16])
            .Add("m.weight.absmax", SafetensorsDType.F32, [2], 1f, 1f)
            .With(t => t.Name.Contains("quant_state", StringComparison.Ordinal)
                ? (t.Name, t.Type, [Encoding.UTF8.GetByteCount(state)], Encoding.UTF8.GetBytes(state))
                : t);
        Assert.Throws<ModelFormatException>(() => file.Find());
    }

    [Fact]
    public void Int8_rows_are_divided_by_127_in_two_steps()
    {
        QuantizedMatrix matrix = Int8(0).Get();
        float[] expected = [-128 * 3f * (1 / 127f), 127 * 3f * (1 / 127f), 0, 5 * 0.1f * (1 / 127f)];
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix));
        Assert.Equal(6, matrix.Activations!.OutlierThreshold);
    }

    [Fact]
    public void Int8_in_another_order_than_rows_is_refused() =>
        Assert.Equal("m.weight_format", Assert.Throws<ModelFormatException>(() => Int8(1).Find()).Item);

    private static CheckpointFile Int8(byte format) => new CheckpointFile(Config8)
        .Add("m.weight", SafetensorsDType.I8, [2, 2], (sbyte)-128, (sbyte)127, (sbyte)0, (sbyte)5)
        .Add("m.SCB", SafetensorsDType.F32, [2], 3f, 0.1f)
        .Add("m.weight_format", SafetensorsDType.U8, [], format);

    private static CheckpointFile Sample(int[] codes, int rows, int columns, int block, float[] levels, string nested = "")
    {
        var bytes = new byte[(codes.Length + 1) / 2];
        for (int i = 0; i < codes.Length; i++) bytes[i / 2] |= (byte)(i % 2 == 0 ? codes[i] << 4 : codes[i]);
        byte[] state = Encoding.UTF8.GetBytes(
            $$"""{"quant_type":"nf4","blocksize":{{block}},"dtype":"float16","shape":[{{rows}},{{columns}}]{{nested}}}""");
        return new CheckpointFile(Config4)
            .Add("m.weight", SafetensorsDType.U8, [bytes.Length, 1], bytes)
            .Add("m.weight.quant_map", SafetensorsDType.F32, [16], levels)
            .Add("m.weight.quant_state.bitsandbytes__nf4", SafetensorsDType.U8, [state.Length], state);
    }
}
