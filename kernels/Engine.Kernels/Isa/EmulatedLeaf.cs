using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>The operations in portable vectors: lanes are split into their even and odd parts, which are multiplied in wider lanes.</summary>
internal readonly struct EmulatedLeaf : IWideLeaf
{
    public static Vector512<short> MultiplyAddAdjacent(Vector512<byte> left, Vector512<sbyte> right)
    {
        // A product fits 16 bits, the sum of two may not: it is formed in 32 and narrowed with saturation.
        Vector512<short> even = (left.AsInt16() & Vector512.Create((short)0xFF)) * (right.AsInt16() << 8 >> 8);
        Vector512<short> odd = (left.AsInt16() >>> 8) * (right.AsInt16() >> 8);
        (Vector512<int> evenLow, Vector512<int> evenHigh) = Vector512.Widen(even);
        (Vector512<int> oddLow, Vector512<int> oddHigh) = Vector512.Widen(odd);
        return Vector512.NarrowWithSaturation(evenLow + oddLow, evenHigh + oddHigh);
    }

    public static Vector512<int> MultiplyAddAdjacent(Vector512<short> left, Vector512<short> right)
    {
        Vector512<int> even = (left.AsInt32() << 16 >> 16) * (right.AsInt32() << 16 >> 16);
        return even + (left.AsInt32() >> 16) * (right.AsInt32() >> 16);
    }
}
