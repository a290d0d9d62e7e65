using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="TQ2_0"/> for <see cref="PairFormat{TBlock}"/>: the columns of a step in two bits of 32 bytes.</summary>
internal readonly unsafe struct TQ2_0Block : IPairBlock
{
    public static QuantType Type => QuantType.TQ2_0;
    public static int Columns => 256;

    public static ushort D(byte* source) => ((TQ2_0*)source)->D;

    public static void Put(byte* source, int step, byte* pairs, int row) =>
        BitPairs.Put(pairs, row, (uint*)&((TQ2_0*)source)->Qs + step / 4 * 8, step % 4 * 2);
}
