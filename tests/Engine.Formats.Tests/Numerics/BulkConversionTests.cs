using Engine.Formats.Numerics;
using Xunit;

namespace Engine.Formats.Tests.Numerics;

/// <summary>Eight conversions at once against one at a time, on floats of every exponent and around every tie.</summary>
public class BulkConversionTests
{
    private static readonly float[] Values = [.. MakeValues()];

    [Fact]
    public void Fp16_converts_many_numbers_as_it_converts_one() => AssertSame(Fp16.FromSingle, Fp16.FromSingle);

    [Fact]
    public void Bf16_converts_many_numbers_as_it_converts_one() => AssertSame(Bf16.FromSingle, Bf16.FromSingle);

    [Fact]
    public void Too_little_room_is_refused()
        => Assert.Throws<ArgumentException>(() => Fp16.FromSingle(new float[9], new ushort[8]));

    private delegate void Many(ReadOnlySpan<float> values, Span<ushort> bits);

    private static void AssertSame(Many many, Func<float, ushort> one)
    {
        ushort[] expected = [.. Values.Select(one)];
        ushort[] actual = new ushort[Values.Length];
        many(Values, actual);
        Assert.Equal(expected, actual);
        for (int length = 0; length < 20; length++)
        {
            Array.Clear(actual);
            many(Values.AsSpan(0, length), actual.AsSpan(0, length));
            Assert.Equal(expected[..length], actual[..length]);
            Assert.Equal(0, actual[length]);
        }
    }

    private static IEnumerable<float> MakeValues()
    {
        foreach (uint sign in (uint[])[0, 0x80000000])
        {
            for (uint high = 0; high < 0x8000; high += 3)
            {
                foreach (uint low in (uint[])[0, 1, 0x0FFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0x8001, 0xFFFF])
                    yield return BitConverter.UInt32BitsToSingle(sign | high << 16 | low);
            }
        }
    }
}
