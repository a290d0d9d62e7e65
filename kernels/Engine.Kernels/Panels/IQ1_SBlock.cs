using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ1_S"/> for <see cref="IQ1Format{TBlock}"/>: a scale and a delta per 32 columns.</summary>
internal readonly unsafe struct IQ1_SBlock : IIQ1Block
{
    public static QuantType Type => QuantType.IQ1_S;
    public static int GroupColumns => 32;

    public static ushort D(byte* source) => ((IQ1_S*)source)->D;

    public static int Scale(byte* source, int step, int half) => (((IQ1_S*)source)->Qh[step] >> 12) & 7;

    public static int Point(byte* source, int step, int point) =>
        ((IQ1_S*)source)->Qs[4 * step + point] | ((((IQ1_S*)source)->Qh[step] >> (3 * point)) & 7) << 8;

    public static bool IsNegative(byte* source, int step, int point) => ((IQ1_S*)source)->Qh[step] >> 15 != 0;
}
