using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="Q2_0"/> for <see cref="PairFormat{TBlock}"/>: the columns of a quad in one byte.</summary>
internal readonly unsafe struct Q2_0Block : IPairBlock
{
    public static QuantType Type => QuantType.Q2_0;
    public static int Columns => 64;

    public static ushort D(byte* source) => ((Q2_0*)source)->D;

    public static void Put(byte* source, int step, byte* pairs, int row)
    {
        uint* quads = (uint*)&((Q2_0*)source)->Qs + 2 * step;
        BitPairs.Put(pairs, row, 0, Transpose(quads[0]), 0);
        BitPairs.Put(pairs, row, 1, Transpose(quads[1]), 0);
    }

    /// <summary>Four quads of a byte each: swaps pair p of byte q with pair q of byte p.</summary>
    private static uint Transpose(uint quads)
    {
        uint swap = (quads ^ (quads >> 6)) & 0x00CC00CC;
        quads ^= swap | swap << 6;
        swap = (quads ^ (quads >> 12)) & 0x0000F0F0;
        return quads ^ (swap | swap << 12);
    }
}
