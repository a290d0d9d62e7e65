using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Two bits of each of 32 columns x 8 rows in 64 bytes. A byte holds those of quads 0 to 3 (of quads 4 to 7 in the second half), lowest
/// first.
/// </summary>
internal static unsafe class BitPairs
{
    public const int Bytes = 64;

    /// <summary>The lowest two bits of each byte of a word.</summary>
    public const uint Lowest = 0x03030303;

    /// <summary>Puts a row in its place: bits <paramref name="shift"/> and <paramref name="shift"/> + 1 of 32 bytes.</summary>
    public static void Put(byte* pairs, int row, uint* bytes, int shift)
    {
        const ulong Both = Lowest * 0x100000001ul;
        for (int i = 0; i < 2; i++, bytes += 4)
        {
            // Two quads at a time, an even one in the low half and an odd one in the high half.
            ulong words = ((((ulong*)bytes)[0] >> shift) & Both) | (((((ulong*)bytes)[1] >> shift) & Both) << 4);
            ((uint*)pairs)[i * Panel.Rows + row] = (uint)words | (uint)(words >> 32) << 2;
        }
    }

    /// <summary>Puts half a row in its place.</summary>
    /// <param name="pairs">All of them.</param>
    /// <param name="row">The row.</param>
    /// <param name="half">Quads 0 to 3, or 4 to 7.</param>
    /// <param name="first">Of each quad's four columns a byte: the first quad's in bits 0 and 1, the second's in bits 2 and 3.</param>
    /// <param name="last">The same for the third and the fourth quad.</param>
    public static void Put(byte* pairs, int row, int half, uint first, uint last) =>
        ((uint*)pairs)[half * Panel.Rows + row] = first | last << 4;

    /// <summary>The bits of a quad.</summary>
    /// <param name="pairs">All of them.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    /// <param name="place">Which bit of the code is the lower of the two; a constant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* pairs, int quad, int place) =>
        BitFields.Of(pairs + quad / 4 * 32, quad % 4 * 2 - place, 3 << place);
}
