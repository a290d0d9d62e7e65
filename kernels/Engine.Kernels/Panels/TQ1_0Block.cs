using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// <see cref="TQ1_0"/> for <see cref="PairFormat{TBlock}"/>: a trit takes two bits instead of 1.6, which spares the multiplications of
/// base 3.
/// </summary>
internal readonly unsafe struct TQ1_0Block : IPairBlock
{
    public static QuantType Type => QuantType.TQ1_0;
    public static int Columns => 256;

    public static ushort D(byte* source) => ((TQ1_0*)source)->D;

    public static void Put(byte* source, int step, byte* pairs, int row)
    {
        uint* trits = stackalloc uint[8];
        TQ1_0.Trits(in *(TQ1_0*)source, step * 32, new Span<byte>(trits, 32));
        BitPairs.Put(pairs, row, trits, 0);
    }
}
