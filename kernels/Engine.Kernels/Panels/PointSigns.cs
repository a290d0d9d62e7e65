using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// Signs of 32 columns x 8 rows in 32 bytes. Four rows share 8 bytes each with the four others: bit 2 p of byte 8 i + j is that of column
/// 8 p + j of row 0, 1, 4 or 5 for i of 0 to 3, and bit 2 p + 1 that of row 2, 3, 6 or 7, which is how <see cref="PointKernelAvx2"/> takes
/// rows together.
/// </summary>
internal static unsafe class PointSigns
{
    public const int Bytes = 32;

    /// <summary>The mask of 32 columns whose signs a word holds as four patterns of seven.</summary>
    public static uint OfSevens(uint word)
    {
        uint mask = 0;
        for (int i = 0; i < 4; i++) mask |= (uint)IqGrids.Signs(word >> (7 * i)) << (8 * i);
        return mask;
    }

    /// <summary>Puts a row in its place, the rows before it first.</summary>
    /// <param name="signs">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="mask">Bit k is set where column k is negative.</param>
    public static void Put(byte* signs, int row, uint mask)
    {
        int last = row / 2 % 2;
        ulong bits = 0;
        for (int place = 0; place < 4; place++, mask >>= 8) bits |= Spread(mask & 255) << (2 * place + last);
        ulong* eight = (ulong*)signs + row % 2 + row / 4 * 2;
        *eight = last == 0 ? bits : *eight | bits;
    }

    /// <summary>Bytes of all ones where the columns of a quad are negative.</summary>
    /// <param name="signs">Those of the step.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Negative(Vector256<byte> signs, int quad)
    {
        uint first = 0x01010101u << (quad / 2 * 2), last = first * 2;
        Vector256<uint> bits = Vector256.Create(first, first, last, last, first, first, last, last);
        Vector256<uint> rows = quad % 2 == 0
            ? Vector256.Shuffle(signs.AsUInt32(), Vector256.Create(0u, 2, 0, 2, 4, 6, 4, 6))
            : Vector256.Shuffle(signs.AsUInt32(), Vector256.Create(1u, 3, 1, 3, 5, 7, 5, 7));
        return Vector256.Equals((rows & bits).AsByte(), bits.AsByte());
    }

    /// <summary>Eight bits, to the lowest of a byte each.</summary>
    private static ulong Spread(uint bits) => SingleBits.Spread(bits) | (ulong)SingleBits.Spread(bits >> 4) << 32;
}
