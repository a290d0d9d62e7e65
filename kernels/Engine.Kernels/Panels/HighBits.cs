using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The bits above the lowest eight of points' numbers: per row and 32 columns a byte (a nibble, where two steps share a byte) with those of
/// the first point lowest.
/// </summary>
internal static unsafe class HighBits
{
    /// <summary>Puts a row's step in its place, the steps before it first.</summary>
    /// <param name="bytes">Those of the block.</param>
    /// <param name="bits">Bits of a row's step: 4 or 8.</param>
    /// <param name="row">The row.</param>
    /// <param name="step">The step.</param>
    /// <param name="value">The bits.</param>
    public static void Put(byte* bytes, int bits, int row, int step, uint value)
    {
        byte* at = bytes + step * bits / 8 * Panel.Rows + row;
        *at = (byte)(step * bits % 8 == 0 ? value : *at | value << 4);
    }

    /// <summary>The bits of a step, twice: in each of the two words of a row's lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Load(byte* bytes, int bits, int step)
    {
        Vector256<int> rows = bits == 8 ? Lanes.Load(bytes + step * Panel.Rows) : Lanes.Load(bytes + (step >> 1) * Panel.Rows) >> ((step & 1) * 4);
        return (rows | rows << 16).AsUInt16();
    }

    /// <summary>Where they belong, from bit 8 on, for points 2 * <paramref name="pair"/> and the one after it.</summary>
    /// <param name="words">From <see cref="Load"/>.</param>
    /// <param name="bits">Bits of a point: 1 or 2.</param>
    /// <param name="pair">0 to 3; a constant once inlined.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Of(Vector256<ushort> words, int bits, int pair)
    {
        // A shift by another number in each word is a multiplication.
        uint shifts = 1u << (8 - 2 * bits * pair) | 1u << (24 - bits * (2 * pair + 1));
        return (words * Vector256.Create(shifts).AsUInt16()) & Vector256.Create((ushort)(((1 << bits) - 1) << 8));
    }
}
