using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ1_M"/> for <see cref="IQ1Format{TBlock}"/>: a scale per 16 columns, a delta per 8.</summary>
internal readonly unsafe struct IQ1_MBlock : IIQ1Block
{
    public static QuantType Type => QuantType.IQ1_M;
    public static int GroupColumns => 16;

    public static ushort D(byte* source) => ((IQ1_M*)source)->D;

    public static int Scale(byte* source, int step, int half) =>
        (((IQ1_M*)source)->Scales[step / 2] >> (step % 2 * 6 + half * 3)) & 7;

    public static int Point(byte* source, int step, int point) =>
        ((IQ1_M*)source)->Qs[4 * step + point] | (High(source, step, point) & 7) << 8;

    public static bool IsNegative(byte* source, int step, int point) => (High(source, step, point) & 8) != 0;

    private static int High(byte* source, int step, int point) =>
        ((IQ1_M*)source)->Qh[2 * step + point / 2] >> (point % 2 * 4);
}
