using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Bits of every byte of a vector, moved to another place.</summary>
internal static unsafe class BitFields
{
    /// <summary>Shifts bytes and keeps some of their bits, which must not come from a neighbour.</summary>
    /// <param name="vector">32 bytes.</param>
    /// <param name="right">How far to shift; negative to the left. A literal, or it is no constant when inlined.</param>
    /// <param name="mask">The bits kept, after the shift; a constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(byte* vector, int right, int mask)
    {
        if (right == 0) return Vector256.Load(vector) & Vector256.Create((byte)mask);
        Vector256<ushort> words = Vector256.Load((ushort*)vector);
        return (right > 0 ? words >> right : words << -right).AsByte() & Vector256.Create((byte)mask);
    }
}
