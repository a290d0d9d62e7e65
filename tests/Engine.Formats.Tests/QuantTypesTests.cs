using Xunit;

namespace Engine.Formats.Tests;

public class QuantTypesTests
{
    /// <summary>Name, id, elements and bytes as llama.cpp's ggml.h and ggml-common.h state them.</summary>
    public static TheoryData<string, uint, int, int> Stated => new()
    {
        { "F32", 0, 1, 4 }, { "F16", 1, 1, 2 }, { "Q4_0", 2, 32, 18 }, { "Q4_1", 3, 32, 20 }, { "Q5_0", 6, 32, 22 },
        { "Q5_1", 7, 32, 24 }, { "Q8_0", 8, 32, 34 }, { "Q8_1", 9, 32, 36 }, { "Q2_K", 10, 256, 84 }, { "Q3_K", 11, 256, 110 },
        { "Q4_K", 12, 256, 144 }, { "Q5_K", 13, 256, 176 }, { "Q6_K", 14, 256, 210 }, { "Q8_K", 15, 256, 292 },
        { "IQ2_XXS", 16, 256, 66 }, { "IQ2_XS", 17, 256, 74 }, { "IQ3_XXS", 18, 256, 98 }, { "IQ1_S", 19, 256, 50 },
        { "IQ4_NL", 20, 32, 18 }, { "IQ3_S", 21, 256, 110 }, { "IQ2_S", 22, 256, 82 }, { "IQ4_XS", 23, 256, 136 },
        { "I8", 24, 1, 1 }, { "I16", 25, 1, 2 }, { "I32", 26, 1, 4 }, { "I64", 27, 1, 8 }, { "F64", 28, 1, 8 },
        { "IQ1_M", 29, 256, 56 }, { "BF16", 30, 1, 2 }, { "TQ1_0", 34, 256, 54 }, { "TQ2_0", 35, 256, 66 },
        { "MXFP4", 39, 32, 17 }, { "NVFP4", 40, 64, 36 }, { "Q1_0", 41, 128, 18 }, { "Q2_0", 42, 64, 18 },
    };

    [Theory]
    [MemberData(nameof(Stated))]
    public void Every_type_has_the_id_and_the_sizes_that_the_format_states(string name, uint id, int elements, int bytes)
    {
        Assert.True(QuantTypes.TryGet(id, out QuantTypeInfo? info));
        Assert.Equal((name, id, elements, bytes), (info.Name, (uint)info.Type, info.BlockElements, info.BlockBytes));
        Assert.Same(info, QuantTypes.Get((QuantType)id));
        Assert.True(QuantTypes.TryParse(name.ToLowerInvariant(), out QuantTypeInfo? parsed));
        Assert.Same(info, parsed);
        Assert.Equal(elements > 1 || name is "F32" or "F16" or "BF16", info.CanDecode);
        Assert.Equal(name is "F32" or "F16" or "BF16", info.IsFloatWeight);
    }

    [Fact]
    public void The_table_holds_the_enumeration_and_each_type_once()
    {
        Assert.Equal(Enum.GetValues<QuantType>(), QuantTypes.All.Select(info => info.Type).Order());
        Assert.Equal(Stated.Count, QuantTypes.All.Count);
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(31u)]
    [InlineData(38u)]
    [InlineData(43u)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_or_removed_id_is_not_found(uint id)
    {
        Assert.False(QuantTypes.TryGet(id, out QuantTypeInfo? info));
        Assert.Null(info);
        Assert.Throws<ArgumentOutOfRangeException>(() => QuantTypes.Get((QuantType)id));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Q4")]
    [InlineData("2")]
    [InlineData("Q4_K ")]
    public void An_unknown_name_is_not_parsed(string? name) => Assert.False(QuantTypes.TryParse(name, out _));

    [Theory]
    [InlineData(QuantType.Q4_K, 0, 0)]
    [InlineData(QuantType.Q4_K, 1024, 576)]
    [InlineData(QuantType.Q8_0, 1L << 40, (1L << 35) * 34)]
    [InlineData(QuantType.F64, 3, 24)]
    public void RowBytes_counts_whole_blocks(QuantType type, long columns, long bytes)
        => Assert.Equal(bytes, QuantTypes.Get(type).RowBytes(columns));

    [Theory]
    [InlineData(QuantType.Q4_K, 576)]
    [InlineData(QuantType.Q4_0, 1)]
    [InlineData(QuantType.Q4_0, -32)]
    [InlineData(QuantType.F32, long.MaxValue)]
    [InlineData(QuantType.Q8_0, long.MaxValue - 31)]
    public void RowBytes_refuses_what_is_no_row_and_names_type_and_length(QuantType type, long columns)
    {
        var thrown = Assert.Throws<ArgumentException>(() => QuantTypes.Get(type).RowBytes(columns));
        Assert.Contains(type.ToString(), thrown.Message);
        Assert.Contains(columns.ToString(), thrown.Message);
    }

    [Theory]
    [InlineData(18, 31)]
    [InlineData(18, 33)]
    [InlineData(18, 0)]
    [InlineData(17, 32)]
    [InlineData(0, 32)]
    public void Decode_refuses_lengths_that_do_not_belong_together(int bytes, int values)
        => Assert.Throws<ArgumentException>(() => QuantTypes.Get(QuantType.Q4_0).Decode(new byte[bytes], new float[values]));

    [Fact]
    public void Decode_of_nothing_is_nothing() => QuantTypes.Get(QuantType.IQ1_S).Decode([], []);

    [Fact]
    public void Decode_of_plain_integers_is_not_supported()
        => Assert.Throws<NotSupportedException>(() => QuantTypes.Get(QuantType.I32).Decode(new byte[4], new float[1]));

    [Fact]
    public void FirstInvalidBlock_refuses_a_part_of_a_block()
        => Assert.Throws<ArgumentException>(() => QuantTypes.Get(QuantType.Q4_K).FirstInvalidBlock(new byte[143]));
}
