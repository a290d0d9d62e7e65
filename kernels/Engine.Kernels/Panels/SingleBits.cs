using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// One bit of each of 32 columns x 8 rows in 32 bytes: bit q of byte p of a row's word is that of column 4 q + p.
/// </summary>
internal static unsafe class SingleBits
{
    public const int Bytes = 32;

    /// <summary>The lowest bit of each byte of a word.</summary>
    public const uint Lowest = 0x01010101;

    /// <summary>Puts a row in its place: bit k of <paramref name="mask"/> is that of column k.</summary>
    public static void Put(byte* bits, int row, uint mask)
    {
        uint word = 0;
        for (int quad = 0; quad < 8; quad++, mask >>= 4) word |= Spread(mask) << quad;
        ((uint*)bits)[row] = word;
    }

    /// <summary>The lowest four bits, sent to a byte each by a multiplication.</summary>
    public static uint Spread(uint mask) => ((mask & 15) * 0x00204081) & Lowest;

    /// <summary>The bits of a quad.</summary>
    /// <param name="bits">All of them.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    /// <param name="place">Which bit of the code they are; a constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* bits, int quad, int place) => BitFields.Of(bits, quad - place, 1 << place);
}
