using Engine.Formats.Checkpoints;
using Engine.Formats.Numerics;
using Engine.Formats.Safetensors;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

/// <summary>ModelOpt, fp8 and GPT-OSS: layouts of FP8 and FP4 weights.</summary>
public class FloatLayoutTests
{
    private static readonly byte[] Eights = [.. Enumerable.Range(0, 6).Select(i => E4M3.FromSingle(i - 2))];

    [Theory]
    [InlineData("""{"quantization":{"quant_algo":"FP8","kv_cache_quant_algo":null,"exclude_modules":["lm_head"]}}""", 1, 0.5f, 0.5f)]
    [InlineData("""{"quant_method":"modelopt","quant_algo":"FP8_PER_CHANNEL_PER_TOKEN"}""", 2, 0.5f, 3f)]
    [InlineData("""{"quant_method":"modelopt","quant_algo":"FP8_PB_WO"}""", 1, 0.5f, 0.5f)]
    public void ModelOpt_FP8_has_its_scales_per_tensor_row_or_block(string config, int scales, float first, float second)
    {
        QuantizedMatrix matrix = new CheckpointFile(config)
            .Add("m.weight", SafetensorsDType.F8_E4M3, [2, 3], Eights)
            .Add("m.weight_scale", SafetensorsDType.F32, [scales], [.. new[] { first, second }[..scales]])
            .Add("m.input_scale", SafetensorsDType.F32, [], 0.25f)
            .Get();
        BitAssert.Equal([-2 * first, -1 * first, 0, second, 2 * second, 3 * second], CheckpointFile.Decode(matrix));
        Assert.Contains("m.input_scale", matrix.Tensors);
    }

    [Fact]
    public void ModelOpt_NVFP4_multiplies_by_the_scale_of_scales()
    {
        const float global = 0.1f;
        byte[] pairs = [.. Enumerable.Range(0, 16).Select(i => (byte)(i % 8 * 2 | (i % 8 * 2 + 1) << 4))];
        QuantizedMatrix matrix = new CheckpointFile("""{"quant_method":"modelopt","quant_algo":"NVFP4","group_size":16}""")
            .Add("m.weight", SafetensorsDType.U8, [1, 16], pairs)
            .Add("m.weight_scale", SafetensorsDType.F8_E4M3, [1, 2], E4M3.FromSingle(1.5f), E4M3.FromSingle(448))
            .Add("m.weight_scale_2", SafetensorsDType.F32, [], global)
            .Get();
        float[] levels = [0, .5f, 1, 1.5f, 2, 3, 4, 6, -0f, -.5f, -1, -1.5f, -2, -3, -4, -6];
        float[] expected = [.. levels.Select(level => level * (1.5f * global)), .. levels.Select(level => level * (448 * global))];
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix));
    }

    [Fact]
    public void ModelOpt_layers_may_have_algorithms_of_their_own()
    {
        const string config = """
            {"quantization":{"quant_algo":"MIXED_PRECISION","quantized_layers":{"m":{"quant_algo":"FP8"},"n":{"quant_algo":"NVFP4","group_size":16}}}}
            """;
        CheckpointFile file = new CheckpointFile(config)
            .Add("m.weight", SafetensorsDType.F8_E4M3, [2, 3], Eights)
            .Add("m.weight_scale", SafetensorsDType.F32, [], 1f)
            .Add("o.weight_scale", SafetensorsDType.F32, [], 1f);
        Assert.Equal(CodeKind.E4M3, file.Get().Grid.Kind);
        Assert.Equal("o", Assert.Throws<ModelFormatException>(() => file.Find("o")).Item);
    }

    [Fact]
    public void ModelOpt_factors_of_the_inputs_are_refused()
    {
        CheckpointFile file = new CheckpointFile("""{"quant_method":"modelopt","quant_algo":"NVFP4_AWQ"}""")
            .Add("m.weight_scale", SafetensorsDType.F8_E4M3, [1, 1], (byte)1)
            .AddHalves("m.pre_quant_scale", [16], new float[16]);
        Assert.Equal("m.pre_quant_scale", Assert.Throws<ModelFormatException>(() => file.Find()).Item);
    }

    [Theory]
    [InlineData(SafetensorsDType.F8_E8M0)]
    [InlineData(SafetensorsDType.F32)]
    public void Fp8_scales_are_floats_or_powers_of_two(SafetensorsDType type)
    {
        CheckpointFile file = new CheckpointFile("""{"quant_method":"fp8","weight_block_size":[1,2]}""")
            .Add("m.weight", SafetensorsDType.F8_E4M3, [2, 3], Eights);
        if (type == SafetensorsDType.F32) file.Add("m.weight_scale_inv", type, [2, 2], 1f, 2f, 0.5f, 4f);
        else file.Add("m.weight_scale_inv", type, [2, 2], (byte)127, (byte)128, (byte)126, (byte)129);
        BitAssert.Equal([-2f, -1, 0, 0.5f, 1, 12], CheckpointFile.Decode(file.Get()));
    }

    [Fact]
    public void Fp8_without_blocks_has_one_scale()
    {
        CheckpointFile file = new CheckpointFile("""{"quant_method":"fp8","activation_scheme":"static"}""")
            .Add("m.weight", SafetensorsDType.F8_E4M3, [2, 3], Eights)
            .Add("m.weight_scale_inv", SafetensorsDType.F32, [], 3f)
            .Add("m.activation_scale", SafetensorsDType.F32, [], 0.5f);
        BitAssert.Equal([-6f, -3, 0, 3, 6, 9], CheckpointFile.Decode(file.Get()));
        Assert.Equal(0.5f, file.Get().Activations!.StaticScale);
    }

    [Fact]
    public void A_scale_of_255_is_NaN_and_refused()
    {
        CheckpointFile file = new CheckpointFile("""{"quant_method":"mxfp4"}""")
            .Add("e_blocks", SafetensorsDType.U8, [2, 1, 1, 16], new byte[32])
            .Add("e_scales", SafetensorsDType.U8, [2, 1, 1], (byte)127, (byte)255);
        QuantizedMatrix matrix = file.Get("e");
        Assert.Equal((2, 32), (matrix.Rows, matrix.Columns));
        matrix.DecodeRows(0, new float[32]);
        Assert.Contains("row 1", Assert.Throws<ModelFormatException>(() => matrix.DecodeRows(1, new float[32])).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Torchao_zero_points_are_subtracted_and_the_product_is_rounded()
    {
        const string description = """
            {"_type":"Int8Tensor","_data":{"block_size":[1,2],"dtype":{"_type":"torch.dtype","_data":"bfloat16"}}}
            """;
        QuantizedMatrix matrix = new CheckpointFile("""{"quant_method":"torchao"}""")
            .AddMetadata("m.weight", description)
            .Add("m._weight_qdata", SafetensorsDType.I8, [1, 4], (sbyte)127, (sbyte)-128, (sbyte)3, (sbyte)0)
            .Add("m._weight_scale", SafetensorsDType.F32, [1, 2], 1.01f, 0.1f)
            .Add("m._weight_zero_point", SafetensorsDType.I8, [1, 2], (sbyte)0, (sbyte)1)
            .Get();
        float[] exact = [127 * 1.01f, -128 * 1.01f, 2 * 0.1f, -1 * 0.1f];
        float[] expected = [.. exact.Select(value => Bf16.ToSingle(Bf16.FromSingle(value)))];
        BitAssert.Equal(expected, CheckpointFile.Decode(matrix));
    }
}
