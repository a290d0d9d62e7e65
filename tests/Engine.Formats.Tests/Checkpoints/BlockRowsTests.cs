using System.Text.Json;
using Engine.Formats.Checkpoints;
using Engine.Formats.Numerics;
using Engine.Formats.Safetensors;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

/// <summary>Checkpoints' integers in GGML blocks.</summary>
public class BlockRowsTests
{
    [Theory]
    [InlineData("gptq-4bit-g128-sym", QuantType.Q4_0, true)]
    [InlineData("gptq-3bit-g128", QuantType.Q4_0, true)]
    [InlineData("gptq-2bit-g64", QuantType.Q4_0, true)]
    [InlineData("gptq-8bit-channel", QuantType.Q8_0, true)]
    [InlineData("gptq-4bit-g32-asym", QuantType.Q4_1, false)]
    [InlineData("gptq-4bit-g64-asym-v2", QuantType.Q4_1, false)]
    [InlineData("awq-gemm-g128", QuantType.Q4_1, false)]
    [InlineData("awq-gemv-g128", QuantType.Q4_1, false)]
    [InlineData("ct-w4a16-g128", QuantType.Q4_0, true)]
    [InlineData("ct-w3a16-g128", QuantType.Q4_0, true)]
    [InlineData("ct-w4a16-asym-g128", QuantType.Q4_1, false)]
    [InlineData("ct-w8a8-int8", QuantType.Q8_0, true)]
    [InlineData("ct-w8a16-channel", QuantType.Q8_0, true)]
    [InlineData("torchao-int8-dynamic", QuantType.Q8_0, true)]
    [InlineData("bnb-int8", QuantType.Q8_0, false)]
    [InlineData("ct-mxfp4", QuantType.MXFP4, true)]
    public void Blocks_hold_the_same_integers(string name, QuantType type, bool isExact)
    {
        string path = SharedFiles.Require($"fixtures/interop/{name}");
        using SafetensorsFile tensors = SafetensorsFile.Open(path);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "config.json")));
        IWeightCodec codec = WeightCodecs.Create(path, config.RootElement.GetProperty("quantization_config"), tensors);
        foreach (string module in (string[])["self_attn.k_proj", "mlp.down_proj"])
        {
            var matrix = (QuantizedMatrix)codec.Find($"model.layers.0.{module}")!;
            IBlockRows blocks = matrix.AsBlocks()!;
            Assert.Equal((type, isExact), (blocks.Type, blocks.IsExact));
            CheckWeights(matrix, blocks);
        }
    }

    [Theory]
    [InlineData("gptq-4bit-g128-actorder")]
    [InlineData("bnb-nf4")]
    [InlineData("ct-fp8-static")]
    [InlineData("ct-nvfp4")]
    public void Groups_out_of_order_and_other_levels_have_no_blocks(string name)
    {
        string path = SharedFiles.Require($"fixtures/interop/{name}");
        using SafetensorsFile tensors = SafetensorsFile.Open(path);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(path, "config.json")));
        IWeightCodec codec = WeightCodecs.Create(path, config.RootElement.GetProperty("quantization_config"), tensors);
        Assert.Null(codec.Find("model.layers.0.mlp.down_proj")!.AsBlocks());
    }

    [Fact]
    public void The_lowest_signed_byte_stays_what_it_is()
    {
        sbyte[] codes = new sbyte[32];
        (codes[0], codes[1], codes[2]) = (-128, 127, -1);
        IBlockRows blocks = Bytes(codes, SafetensorsDType.F16, [(Half)0.5f]).AsBlocks()!;
        Assert.Equal(QuantType.Q8_0, blocks.Type);
        BitAssert.Equal([-64f, 63.5f, -0.5f, 0], Decode(blocks, 1, 32).AsSpan(0, 4));
    }

    [Theory]
    [InlineData(1e-6f)]
    [InlineData(1e-30f)]
    [InlineData(70000f)]
    public void A_scale_that_F16_would_spoil_keeps_the_matrix_from_blocks(float scale) =>
        Assert.Null(Bytes(new sbyte[32], SafetensorsDType.F32, [scale]).AsBlocks());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Zero_points_whose_offset_is_an_F16_number_move_without_loss(int groups)
    {
        CheckpointFile file = new CheckpointFile("""{"quant_method":"awq","bits":4,"group_size":32,"version":"gemm"}""")
            .Add("m.qweight", SafetensorsDType.I32, [32 * groups, 1], [.. Enumerable.Range(0, 32 * groups).Select(i => i * 0x1234567)])
            .Add("m.qzeros", SafetensorsDType.I32, [groups, 1], [.. Enumerable.Repeat(0x76543210, groups)])
            .AddHalves("m.scales", [groups, 8], [.. Enumerable.Range(0, 8 * groups).Select(i => i % 2 == 0 ? 0.5f : -0.25f)]);
        QuantizedMatrix matrix = file.Get();
        IBlockRows blocks = matrix.AsBlocks()!;
        Assert.Equal((QuantType.Q4_1, true), (blocks.Type, blocks.IsExact));
        Assert.Equal(CheckpointFile.Decode(matrix), Decode(blocks, matrix.Rows, matrix.Columns));
    }

    [Fact]
    public void Part_of_a_row_and_missing_rows_are_refused()
    {
        IBlockRows blocks = Bytes(new sbyte[32], SafetensorsDType.F16, [(Half)1]).AsBlocks()!;
        Assert.ThrowsAny<ArgumentException>(() => blocks.ReadRows(1, new byte[34]));
        Assert.ThrowsAny<ArgumentException>(() => blocks.ReadRows(-1, new byte[34]));
    }

    private static QuantizedMatrix Bytes<T>(sbyte[] codes, SafetensorsDType type, T[] scales) where T : unmanaged =>
        new CheckpointFile("""
            {"config_groups":{"g":{"targets":["Linear"],"format":"int-quantized","weights":{"num_bits":8,"strategy":"channel"}}}}
            """)
            .Add("m.weight", SafetensorsDType.I8, [1, codes.Length], codes)
            .Add("m.weight_scale", type, [1, 1], scales)
            .Get();

    /// <summary>Exact blocks, rounded as the tool rounds, are its weights; others differ by what F16 rounds of scale and offset.</summary>
    private static void CheckWeights(QuantizedMatrix matrix, IBlockRows blocks)
    {
        float[] expected = CheckpointFile.Decode(matrix), actual = Decode(blocks, matrix.Rows, matrix.Columns);
        float largest = expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            float rounded = matrix.Compute switch
            {
                ComputeType.F16 => Fp16.ToSingle(Fp16.FromSingle(actual[i])),
                ComputeType.BF16 => Bf16.ToSingle(Bf16.FromSingle(actual[i])),
                _ => actual[i],
            };
            if (blocks.IsExact) Assert.Equal(expected[i], rounded);
            else Assert.InRange(MathF.Abs(expected[i] - actual[i]), 0, largest / 512);
        }
    }

    private static float[] Decode(IBlockRows blocks, int rows, int columns)
    {
        QuantTypeInfo info = QuantTypes.Get(blocks.Type);
        int rowBytes = (int)info.RowBytes(columns);
        var bytes = new byte[rowBytes * rows];
        const int rowsAtOnce = 5;
        for (int row = 0; row < rows; row += rowsAtOnce)
            blocks.ReadRows(row, bytes.AsSpan(row * rowBytes, Math.Min(rowsAtOnce, rows - row) * rowBytes));
        var values = new float[rows * columns];
        info.Decode(bytes, values);
        return values;
    }
}
