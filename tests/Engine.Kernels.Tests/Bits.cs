using System.Runtime.InteropServices;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Comparisons of floats by their bits: signs of zero count, and every NaN is one.</summary>
internal static class Bits
{
    public static void AssertEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        if (MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual))) return;
        for (int i = 0; i < expected.Length; i++)
            if (!float.IsNaN(expected[i]) || !float.IsNaN(actual[i]))
                Assert.True(
                    BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                    $"Element {i} is {actual[i]:R}, expected {expected[i]:R}.");
    }
}
