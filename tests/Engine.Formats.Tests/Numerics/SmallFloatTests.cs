using Engine.Formats.Numerics;
using Xunit;

namespace Engine.Formats.Tests.Numerics;

/// <summary>
/// The formats of at most eight bits, each code against the definition written in double arithmetic, each rounding against a search
/// through all codes.
/// </summary>
public abstract class SmallFloatTests(int codes, int mantissaBits, int bias, Func<byte, float> toSingle, Func<float, byte> fromSingle)
{
    private readonly List<(byte Code, double Value)> _magnitudes =
        [.. Enumerable.Range(0, codes).Select(code => ((byte)code, Definition(code, mantissaBits, bias)))];

    private static double Definition(int code, int mantissaBits, int bias)
    {
        int exponent = code >> mantissaBits;
        double fraction = (code & ((1 << mantissaBits) - 1)) / Math.Pow(2, mantissaBits);
        return exponent == 0 ? fraction * Math.Pow(2, 1 - bias) : (1 + fraction) * Math.Pow(2, exponent - bias);
    }

    [Fact]
    public void Every_finite_code_has_the_value_of_the_definition()
        => Assert.All(_magnitudes, number => Assert.Equal(number.Value, toSingle(number.Code)));

    [Fact]
    public void Every_finite_code_survives_the_way_to_float_and_back()
        => Assert.All(_magnitudes, number => Assert.Equal(number.Code, fromSingle(toSingle(number.Code))));

    [Fact]
    public void Every_tie_and_its_neighbours_round_to_nearest_even()
    {
        for (int i = 0; i + 1 < _magnitudes.Count; i++)
        {
            float tie = (float)((_magnitudes[i].Value + _magnitudes[i + 1].Value) / 2);
            foreach (float value in (float[])[tie, MathF.BitDecrement(tie), MathF.BitIncrement(tie)])
                Assert.Equal(Nearest(value), fromSingle(value));
        }
    }

    [Fact]
    public void Random_numbers_in_range_round_to_nearest_even()
    {
        var random = new Random(2);
        double largest = _magnitudes[^1].Value;
        for (int i = 0; i < 20_000; i++)
        {
            float value = (float)(largest * Math.Pow(2, -24 * random.NextDouble()));
            Assert.Equal(Nearest(value), fromSingle(value));
        }
    }

    private byte Nearest(float value) => _magnitudes
        .OrderBy(number => Math.Abs(number.Value - value))
        .ThenBy(number => number.Code & 1)
        .First().Code;
}

public class E4M3Tests() : SmallFloatTests(codes: 0x7F, mantissaBits: 3, bias: 7, E4M3.ToSingle, E4M3.FromSingle)
{
    [Fact]
    public void The_sign_bit_negates_every_code()
    {
        for (int code = 0; code < 0x7F; code++)
        {
            BitAssert.Equal([-E4M3.ToSingle((byte)code)], [E4M3.ToSingle((byte)(code | 0x80))]);
            Assert.Equal(code | 0x80, E4M3.FromSingle(-E4M3.ToSingle((byte)code)));
        }
    }

    [Theory]
    [InlineData(0x7F)]
    [InlineData(0xFF)]
    public void NaN_codes_are_NaN_and_stay_so(byte code)
    {
        Assert.True(float.IsNaN(E4M3.ToSingle(code)));
        Assert.Equal(code, E4M3.FromSingle(E4M3.ToSingle(code)));
    }

    [Theory]
    [InlineData(448.1f, 0x7E)]
    [InlineData(-1e30f, 0xFE)]
    [InlineData(float.PositiveInfinity, 0x7E)]
    public void What_is_too_large_saturates(float value, byte code) => Assert.Equal(code, E4M3.FromSingle(value));
}

public class E5M2Tests() : SmallFloatTests(codes: 0x7C, mantissaBits: 2, bias: 15, E5M2.ToSingle, E5M2.FromSingle)
{
    [Fact]
    public void The_sign_bit_negates_every_code()
    {
        for (int code = 0; code <= 0x7C; code++)
        {
            BitAssert.Equal([-E5M2.ToSingle((byte)code)], [E5M2.ToSingle((byte)(code | 0x80))]);
            Assert.Equal(code | 0x80, E5M2.FromSingle(-E5M2.ToSingle((byte)code)));
        }
    }

    [Theory]
    [InlineData(0x7D, 0x7E)]
    [InlineData(0x7E, 0x7E)]
    [InlineData(0xFF, 0xFE)]
    public void NaN_codes_are_NaN_and_become_the_quiet_NaN(byte code, byte quiet)
    {
        Assert.True(float.IsNaN(E5M2.ToSingle(code)));
        Assert.Equal(quiet, E5M2.FromSingle(E5M2.ToSingle(code)));
    }

    [Theory]
    [InlineData(61439.996f, 0x7B)]
    [InlineData(61440f, 0x7C)]
    [InlineData(-1e30f, 0xFC)]
    [InlineData(float.PositiveInfinity, 0x7C)]
    public void What_rounds_beyond_the_largest_number_is_infinite(float value, byte code) => Assert.Equal(code, E5M2.FromSingle(value));
}

public class E2M1Tests() : SmallFloatTests(codes: 8, mantissaBits: 1, bias: 1, code => E2M1.ToSingle(code), E2M1.FromSingle)
{
    [Fact]
    public void The_codes_are_the_sixteen_values_of_the_specification() => BitAssert.Equal(
        [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6],
        [.. Enumerable.Range(0, 16).Select(E2M1.ToSingle)]);

    [Theory]
    [InlineData(-0.25f, 8)]
    [InlineData(-0.75f, 10)]
    [InlineData(-5f, 14)]
    [InlineData(6.1f, 7)]
    [InlineData(float.NegativeInfinity, 15)]
    [InlineData(float.NaN, 7)]
    public void Signs_and_numbers_out_of_range_follow_the_documented_rules(float value, byte code)
        => Assert.Equal(code, E2M1.FromSingle(value));
}

public class UE4M3Tests() : SmallFloatTests(codes: 0x7F, mantissaBits: 3, bias: 7, UE4M3.ToSingle, UE4M3.FromSingle)
{
    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(-0f, 0)]
    [InlineData(1e9f, 0x7E)]
    [InlineData(float.PositiveInfinity, 0x7E)]
    [InlineData(float.NaN, 0x7F)]
    public void Numbers_out_of_range_follow_the_documented_rules(float value, byte code) => Assert.Equal(code, UE4M3.FromSingle(value));

    [Fact]
    public void The_top_bit_is_ignored()
    {
        BitAssert.Equal([1f], [UE4M3.ToSingle(0x38)]);
        BitAssert.Equal([1f], [UE4M3.ToSingle(0xB8)]);
        Assert.True(float.IsNaN(UE4M3.ToSingle(0x7F)));
    }
}

public class E8M0Tests
{
    [Fact]
    public void Every_code_is_its_power_of_two_and_comes_back()
    {
        for (int code = 0; code < 255; code++)
        {
            Assert.Equal(Math.Pow(2, code - 127), E8M0.ToSingle((byte)code));
            Assert.Equal(code, E8M0.FromSingle(E8M0.ToSingle((byte)code)));
        }
        Assert.True(float.IsNaN(E8M0.ToSingle(255)));
    }

    [Fact]
    public void One_and_a_half_times_a_power_goes_up_and_what_is_just_below_goes_down()
    {
        for (int code = 0; code < 254; code++)
        {
            float tie = 1.5f * E8M0.ToSingle((byte)code);
            Assert.Equal(code + 1, E8M0.FromSingle(tie));
            Assert.Equal(code, E8M0.FromSingle(MathF.BitDecrement(tie)));
        }
    }

    [Theory]
    [InlineData(-0f, 0)]
    [InlineData(float.Epsilon, 0)]
    [InlineData(float.MaxValue, 254)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NaN, 255)]
    [InlineData(-1f, 255)]
    public void Numbers_out_of_range_follow_the_documented_rules(float value, byte code) => Assert.Equal(code, E8M0.FromSingle(value));
}
