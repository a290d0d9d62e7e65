using System.Runtime.Intrinsics;
using Engine.Formats.Numerics;
using Xunit;

namespace Engine.Formats.Tests.Numerics;

/// <summary>FP16 against <see cref="Half"/>.</summary>
public class Fp16Tests
{
    [Fact]
    public void Every_half_converts_to_the_float_that_System_Half_gives()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            AssertSame((ushort)bits, Fp16.ToSingle((ushort)bits));
    }

    [Fact]
    public void Eight_at_once_are_the_bits_of_one_at_a_time()
    {
        float[] values = new float[8];
        for (uint first = 0; first <= ushort.MaxValue; first += 8)
        {
            Fp16.ToSingle(Vector256.Create(first) + Vector256<uint>.Indices).CopyTo(values);
            for (uint lane = 0; lane < 8; lane++)
            {
                float one = Fp16.ToSingle((ushort)(first + lane));
                Assert.Equal(BitConverter.SingleToUInt32Bits(one), BitConverter.SingleToUInt32Bits(values[lane]));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(23)]
    public void Bulk_conversion_writes_its_length_and_no_more(int length)
    {
        ushort[] bits = [.. Enumerable.Range(0, length).Select(i => (ushort)(0x3C00 + 977 * i))];
        float[] values = new float[length + 1];
        values[length] = 42;
        Fp16.ToSingle(bits, values);
        BitAssert.Equal([.. bits.Select(Fp16.ToSingle), 42f], values);
    }

    [Fact]
    public void Bulk_conversion_into_too_little_room_is_refused()
        => Assert.Throws<ArgumentException>(() => Fp16.ToSingle(new ushort[9], new float[8]));

    [Fact]
    public void Every_half_survives_the_way_to_float_and_back()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            int quiet = Half.IsNaN(BitConverter.UInt16BitsToHalf((ushort)bits)) ? 0x200 : 0;
            Assert.Equal(bits | quiet, Fp16.FromSingle(Fp16.ToSingle((ushort)bits)));
        }
    }

    [Fact]
    public void Rounding_is_System_Halfs_at_every_tie_and_beside_it()
    {
        for (int bits = 0; bits < 0x7C00; bits++)
        {
            float lower = Fp16.ToSingle((ushort)bits);
            float upper = bits == 0x7BFF ? 65536 : Fp16.ToSingle((ushort)(bits + 1));
            float tie = lower + (upper - lower) / 2;
            foreach (float value in (float[])[tie, MathF.BitDecrement(tie), MathF.BitIncrement(tie)])
            {
                AssertRounds(value);
                AssertRounds(-value);
            }
        }
    }

    [Fact]
    public void Rounding_is_System_Halfs_for_random_floats_and_special_ones()
    {
        var random = new Random(1);
        for (int i = 0; i < 500_000; i++)
            AssertRounds(BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)));
        foreach (float value in (float[])[float.MaxValue, float.Epsilon, float.PositiveInfinity, 0f, 65520, 65519.996f])
        {
            AssertRounds(value);
            AssertRounds(-value);
        }
    }

    [Fact]
    public void IsFinite_is_System_Halfs()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.Equal(Half.IsFinite(BitConverter.UInt16BitsToHalf((ushort)bits)), Fp16.IsFinite((ushort)bits));
    }

    private static void AssertSame(ushort bits, float actual)
    {
        float expected = (float)BitConverter.UInt16BitsToHalf(bits);
        // System.Half makes signalling NaNs quiet; here every payload bit is kept.
        uint expectedBits = float.IsNaN(expected)
            ? (bits & 0x8000u) << 16 | 0x7F800000 | (bits & 0x3FFu) << 13
            : BitConverter.SingleToUInt32Bits(expected);
        Assert.Equal(expectedBits, BitConverter.SingleToUInt32Bits(actual));
    }

    private static void AssertRounds(float value)
    {
        ushort actual = Fp16.FromSingle(value);
        uint payload = BitConverter.SingleToUInt32Bits(value) >> 13;
        int expected = float.IsNaN(value)
            ? (float.IsNegative(value) ? 0x8000 : 0) | 0x7E00 | (int)(payload & 0x1FF)
            : BitConverter.HalfToUInt16Bits((Half)value);
        Assert.Equal(expected, actual);
    }
}
