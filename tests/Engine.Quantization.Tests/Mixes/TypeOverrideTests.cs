using Engine.Formats;
using Engine.Quantization.Mixes;
using Xunit;

namespace Engine.Quantization.Tests.Mixes;

public class TypeOverrideTests
{
    [Theory]
    [InlineData("attn_v=q8_0", "blk.3.attn_v.weight", QuantType.Q8_0)]
    [InlineData(@"BLK\.[0-3]\.ffn_down=iq4_nl", "blk.3.ffn_down.weight", QuantType.IQ4_NL)]
    [InlineData("(?=b)blk=F16", "blk.0.x", QuantType.F16)]
    public void A_pattern_and_a_type_are_read_whatever_their_case(string text, string name, QuantType type)
    {
        Assert.True(TypeOverride.TryParse(text, out TypeOverride? value, out _));
        Assert.Matches(value.Pattern, name);
        Assert.Equal(type, value.Type);
    }

    [Theory]
    [InlineData("attn_v", "not of the form")]
    [InlineData("=q8_0", "not of the form")]
    [InlineData("attn_v=", "no type \"\"")]
    [InlineData("attn_v=q9", "no type \"q9\"")]
    [InlineData("attn_v=i32", "no type \"i32\"")]
    [InlineData("attn_(=q8_0", "no regular expression")]
    public void What_is_wrong_is_told(string text, string part)
    {
        Assert.False(TypeOverride.TryParse(text, out _, out string? problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }
}
