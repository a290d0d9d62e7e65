using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// One bit of each of 32 columns x 8 rows in 32 bytes: bit q of byte p of a row's word is that of column 4 q + p.
/// </summary>
internal static unsafe class SingleBits
{
    public const int Bytes = 32;
    private const uint Lowest = 0x01010101;

    /// <summary>Puts a row in its place: bit <paramref name="shift"/> of 32 bytes.</summary>
    public static void Put(byte* bits, int row, uint* bytes, int shift)
    {
        // Two quads at a time, an even one in the low half and an odd one in the high half.
        ulong words = 0;
        for (int i = 0; i < 4; i++) words |= ((((ulong*)bytes)[i] >> shift) & (Lowest * 0x100000001ul)) << (2 * i);
        ((uint*)bits)[row] = (uint)words | (uint)(words >> 32) << 1;
    }

    /// <summary>Puts a row in its place: bit k of <paramref name="mask"/> is that of column k.</summary>
    public static void Put(byte* bits, int row, uint mask)
    {
        uint word = 0;
        // The multiplication sends the four bits of a quad to a byte each.
        for (int quad = 0; quad < 8; quad++, mask >>= 4) word |= (((mask & 15) * 0x00204081) & Lowest) << quad;
        ((uint*)bits)[row] = word;
    }

    /// <summary>The bits of a quad.</summary>
    /// <param name="bits">All of them.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    /// <param name="place">Which bit of the code they are; a constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* bits, int quad, int place)
    {
        Vector256<ushort> words = Vector256.Load((ushort*)bits);
        words = quad <= place ? words << (place - quad) : words >> (quad - place);
        return words.AsByte() & Vector256.Create((byte)(1 << place));
    }
}
