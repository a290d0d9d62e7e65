using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>4-bit codes that stand for 16 levels of a byte each.</summary>
internal static class Levels
{
    /// <summary>The level of each code, looked up in a register.</summary>
    /// <param name="levels">16 levels in constant data.</param>
    /// <param name="codes">0 to 15.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(ReadOnlySpan<byte> levels, Vector256<byte> codes)
    {
        Vector128<byte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(levels));
        return Avx2.IsSupported
            ? Avx2.Shuffle(Vector256.Create(table), codes)
            : Vector256.Create(Vector128.ShuffleNative(table, codes.GetLower()), Vector128.ShuffleNative(table, codes.GetUpper()));
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{byte}, Vector256{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(ReadOnlySpan<sbyte> levels, Vector256<byte> codes) =>
        Of(MemoryMarshal.AsBytes(levels), codes);
}
