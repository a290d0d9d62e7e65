using System.Runtime.Intrinsics;
using Engine.Formats.Numerics;
using Xunit;

namespace Engine.Formats.Tests.Numerics;

public class Bf16Tests
{
    [Fact]
    public void Every_code_is_the_upper_half_of_its_float_one_or_eight_at_a_time()
    {
        ushort[] codes = [.. Enumerable.Range(0, 65536).Select(code => (ushort)code), 0x3F80];
        float[] expected = [.. codes.Select(code => BitConverter.UInt32BitsToSingle((uint)code << 16))];
        float[] bulk = new float[codes.Length];
        Bf16.ToSingle(codes, bulk);
        BitAssert.Equal(expected, bulk);
        BitAssert.Equal(expected, [.. codes.Select(Bf16.ToSingle)]);
        Assert.Equal(Vector256.Create(-2f), Bf16.ToSingle(Vector256.Create(0xC000u)));
    }

    [Fact]
    public void Every_code_survives_the_way_to_float_and_back()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
        {
            float value = Bf16.ToSingle((ushort)code);
            Assert.Equal(float.IsNaN(value) ? code | 0x40 : code, Bf16.FromSingle(value));
        }
    }

    [Fact]
    public void Between_two_codes_the_nearer_wins_and_a_tie_goes_to_the_even_one()
    {
        // Through the last finite code, whose upper neighbour is infinity.
        for (uint code = 0; code < 0x7F80; code++)
        {
            float tie = BitConverter.UInt32BitsToSingle(code << 16 | 0x8000);
            Assert.Equal(code, Bf16.FromSingle(MathF.BitDecrement(tie)));
            Assert.Equal(code + (code & 1), Bf16.FromSingle(tie));
            Assert.Equal(code + 1, Bf16.FromSingle(MathF.BitIncrement(tie)));
            Assert.Equal(0x8000 | (code + (code & 1)), Bf16.FromSingle(-tie));
        }
    }

    [Fact]
    public void A_NaN_whose_payload_is_cut_off_stays_a_NaN()
        => Assert.Equal(0xFFC0, Bf16.FromSingle(BitConverter.UInt32BitsToSingle(0xFF800001)));

    [Fact]
    public void IsFinite_is_that_of_the_float()
    {
        for (int code = 0; code <= ushort.MaxValue; code++)
            Assert.Equal(float.IsFinite(Bf16.ToSingle((ushort)code)), Bf16.IsFinite((ushort)code));
    }
}
