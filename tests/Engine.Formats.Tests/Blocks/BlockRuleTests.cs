using System.Runtime.InteropServices;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Blocks;

/// <summary>Rules of single blocks that the recorded vectors do not cover.</summary>
public class BlockRuleTests
{
    public static IEnumerable<TheoryDataRow<QuantType>> Decodable
        => QuantTypes.All.Where(info => info.CanDecode).Select(info => new TheoryDataRow<QuantType>(info.Type));

    [Theory]
    [MemberData(nameof(Decodable))]
    public void Decode_of_a_block_of_zero_bytes_is_zero(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        float[] values = [.. Enumerable.Repeat(1f, info.BlockElements)];
        info.Decode(new byte[info.BlockBytes], values);
        Assert.All(values, value => Assert.Equal(0f, MathF.Abs(value)));
    }

    [Theory]
    [MemberData(nameof(Decodable))]
    public void A_block_decodes_the_same_alone_and_among_others(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        byte[] blocks = new byte[19 * info.BlockBytes];
        new Random(3).NextBytes(blocks);
        float[] together = new float[19 * info.BlockElements];
        info.Decode(blocks, together);
        float[] alone = new float[info.BlockElements];
        for (int i = 0; i < 19; i++)
        {
            info.Decode(blocks.AsSpan(i * info.BlockBytes, info.BlockBytes), alone);
            BitAssert.Equal(alone, together.AsSpan(i * info.BlockElements, info.BlockElements));
        }
    }

    [Fact]
    public void Q8_1_is_its_codes_times_the_scale_whatever_the_sum_says()
    {
        Q8_1 block = new() { D = Fp16.FromSingle(0.5f), S = Fp16.FromSingle(99) };
        for (int j = 0; j < 32; j++)
            block.Qs[j] = (sbyte)(j * 8 - 128);
        BitAssert.Equal([.. Enumerable.Range(0, 32).Select(j => 0.5f * (j * 8 - 128))], Decode(block));
    }

    [Fact]
    public void Q8_K_is_its_codes_times_a_single_precision_scale()
    {
        Q8_K block = new() { D = 0.1f };
        for (int j = 0; j < 256; j++)
            block.Qs[j] = (sbyte)(j - 128);
        BitAssert.Equal([.. Enumerable.Range(0, 256).Select(j => 0.1f * (j - 128))], Decode(block));
    }

    [Fact]
    public void An_MXFP4_scale_may_be_subnormal_and_NaN_makes_every_weight_NaN()
    {
        MXFP4 block = default;
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(j | (15 - j) << 4);
        float[] tiny = Decode(block);
        for (int j = 0; j < 16; j++)
            Assert.Equal(E2M1.ToSingle(j) * Math.Pow(2, -127), tiny[j]);

        block.E = 0xFF;
        Assert.All(Decode(block), value => Assert.True(float.IsNaN(value)));
        Assert.False(MXFP4.HasValidScales(in block));
    }

    [Fact]
    public void NVFP4_reads_the_two_NaN_scales_as_ggml_does()
    {
        NVFP4 block = default;
        block.Scales[0] = 0x7F;
        block.Scales[1] = 0xFF;
        for (int j = 0; j < 32; j++)
            block.Qs[j] = 0x22;
        float[] values = Decode(block);
        Assert.Equal(0, values[0]);
        Assert.Equal(480, values[16]);
        Assert.True(NVFP4.HasValidScales(in block));
    }

    [Fact]
    public void The_eighth_sign_makes_the_number_of_negative_values_even()
    {
        for (uint pattern = 0; pattern < 256; pattern++)
        {
            int signs = IqGrids.Signs(pattern);
            Assert.Equal(pattern & 127, (uint)signs & 127);
            Assert.Equal(0, Enumerable.Range(0, 32).Count(bit => (signs >> bit & 1) != 0) % 2);
        }
    }

    [Fact]
    public void The_codebooks_are_those_of_the_fixture()
    {
        using var grids = new FixtureTensors(SharedFiles.Require("fixtures/ggml/iq-grids.safetensors"));
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ1_S").AsSpan()), IqGrids.IQ1);
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ2_XXS").AsSpan()), IqGrids.IQ2_XXS);
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ2_XS").AsSpan()), IqGrids.IQ2_XS);
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ2_S").AsSpan()), IqGrids.IQ2_S);
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ3_XXS").AsSpan()), IqGrids.IQ3_XXS);
        Assert.Equal(MemoryMarshal.Cast<byte, sbyte>(grids.Bytes("IQ3_S").AsSpan()), IqGrids.IQ3_S);
    }

    private static float[] Decode<TBlock>(TBlock block)
        where TBlock : unmanaged, IBlock<TBlock>
    {
        float[] values = new float[TBlock.Elements];
        TBlock.Decode(in block, values);
        return values;
    }
}
