using Xunit;

namespace Engine.Formats.Tests;

/// <summary>Equality of floats to the bit: it tells -0 from 0 and compares NaNs by payload.</summary>
internal static class BitAssert
{
    public static void Equal(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (BitConverter.SingleToUInt32Bits(expected[i]) != BitConverter.SingleToUInt32Bits(actual[i]))
                Assert.Fail($"Element {i}: expected {expected[i]:R}, found {actual[i]:R}.");
        }
    }
}
