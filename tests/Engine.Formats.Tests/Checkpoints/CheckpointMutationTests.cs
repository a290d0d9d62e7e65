using System.Text;
using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Engine.Formats.Tests.Mutation;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

/// <summary>Damaged checkpoints: each decodes or is refused with a <see cref="ModelFormatException"/>.</summary>
public class CheckpointMutationTests
{
    [Theory]
    [InlineData("gptq")]
    [InlineData("awq")]
    [InlineData("bnb4")]
    [InlineData("ct")]
    [InlineData("hqq")]
    public void Random_damage_ends_in_a_typed_exception_or_in_weights(string layout)
    {
        CheckpointFile file = SampleOf(layout);
        const int count = 3000;
        (int opened, int refused) = MutationCheck.Run(Mutants.Random(file.ToBytes(), 1, count), mutant => Decode(mutant, file.Config));
        Assert.Equal(count, opened + refused);
        Assert.InRange(opened, 1, count - 1);
    }

    [Theory]
    [InlineData("gptq")]
    [InlineData("awq")]
    [InlineData("bnb4")]
    [InlineData("ct")]
    [InlineData("hqq")]
    public void A_tensor_of_another_type_or_shape_is_refused_or_means_the_same(string layout)
    {
        CheckpointFile file = SampleOf(layout);
        float[] valid = CheckpointFile.Decode(file.Get());
        int refused = 0;
        foreach (string name in file.Names)
            foreach (SafetensorsDType type in Enum.GetValues<SafetensorsDType>())
                foreach (long[] shape in (long[][])[[], [1], [0], [1, 1], [3, 7], [0, 5], [2, 2, 2], [16, 8], [1L << 20, 1]])
                {
                    long bits = shape.Aggregate(1L, (product, length) => product * length) * type.Bits();
                    if (bits % 8 != 0 || bits > 1 << 14) continue;
                    CheckpointFile changed = file.With(t => t.Name == name ? (t.Name, type, shape, new byte[bits / 8]) : t);
                    try
                    {
                        if (changed.Find() is { } matrix) Assert.Equal(valid.Length, CheckpointFile.Decode(matrix).Length);
                    }
                    catch (ModelFormatException)
                    {
                        refused++;
                    }
                }
        Assert.InRange(refused, 100, int.MaxValue);
    }

    private static IEnumerable<ITensorData> Decode(byte[] mutant, string config)
    {
        if (CheckpointFile.Open(mutant, config, "m") is { } matrix)
        {
            var row = new float[matrix.Columns];
            for (int i = 0; i < Math.Min(matrix.Rows, 8); i++) matrix.DecodeRows(i, row);
        }
        return [];
    }

    private static CheckpointFile SampleOf(string layout)
    {
        float[] ones = new float[16];
        Array.Fill(ones, 1f);
        switch (layout)
        {
            case "gptq":
                return GptqTests.Small();
            case "awq":
                return new CheckpointFile("""{"quant_method":"awq","bits":4,"group_size":8,"version":"gemm"}""")
                    .Add("m.qweight", SafetensorsDType.I32, [16, 1], new int[16])
                    .Add("m.qzeros", SafetensorsDType.I32, [2, 1], 1, 2)
                    .AddHalves("m.scales", [2, 8], ones);
            case "bnb4":
                byte[] state = Encoding.UTF8.GetBytes(
                    """{"blocksize":8,"dtype":"float16","shape":[4,8],"nested_blocksize":2,"nested_offset":0.5}""");
                return new CheckpointFile("""{"load_in_4bit":true}""")
                    .Add("m.weight", SafetensorsDType.U8, [16, 1], new byte[16])
                    .Add("m.weight.quant_map", SafetensorsDType.F32, [16], ones)
                    .Add("m.weight.absmax", SafetensorsDType.U8, [4], new byte[4])
                    .Add("m.weight.nested_absmax", SafetensorsDType.F32, [2], 1f, 1f)
                    .Add("m.weight.nested_quant_map", SafetensorsDType.F32, [256], new float[256])
                    .Add("m.weight.quant_state.bitsandbytes__nf4", SafetensorsDType.U8, [state.Length], state);
            case "ct":
                return new CheckpointFile("""
                    {"config_groups":{"g":{"targets":["Linear"],"format":"pack-quantized",
                     "weights":{"num_bits":4,"symmetric":false,"strategy":"group","group_size":8}}}}
                    """)
                    .Add("m.weight_packed", SafetensorsDType.I32, [8, 2], new int[16])
                    .Add("m.weight_shape", SafetensorsDType.I64, [2], 8L, 16L)
                    .Add("m.weight_zero_point", SafetensorsDType.I32, [1, 2], 3, 4)
                    .Add("m.weight_g_idx", SafetensorsDType.I32, [16], 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
                    .AddHalves("m.weight_scale", [8, 2], ones);
            default:
                return new CheckpointFile("""{"quant_method":"hqq"}""")
                    .Add("m.W_q", SafetensorsDType.U8, [2, 8], new byte[16])
                    .Add("m.shape", SafetensorsDType.I64, [2], 4L, 8L)
                    .Add("m.axis", SafetensorsDType.I32, [], 1)
                    .Add("m.packing", SafetensorsDType.U8, [7], "4bit_u8"u8.ToArray())
                    .AddHalves("m.scale", [4, 1], 1, 1, 1, 1)
                    .AddHalves("m.zero", [4, 1], 1, 1, 1, 1);
        }
    }
}
