using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ3_S"/> for <see cref="PointFormat{TBlock}"/>: a scale per 32 columns, 512 points of 4, all signs.</summary>
internal readonly unsafe struct IQ3_SBlock : IPointBlock
{
    public static QuantType Type => QuantType.IQ3_S;
    public static int GroupColumns => 32;
    public static int PointColumns => 4;
    public static int HighBits => 1;
    public static byte* Grid => PointGrids.IQ3_S;
    public static int Largest => 15;
    public static float Unit => 2;

    public static ushort D(byte* source) => ((IQ3_S*)source)->D;

    public static int Scale(byte* source, int step, int half) => (((IQ3_S*)source)->Scales[step / 2] >> (step % 2 * 4)) & 15;

    public static int Point(byte* source, int step, int point) =>
        ((IQ3_S*)source)->Qs[8 * step + point] | ((((IQ3_S*)source)->Qh[step] >> point) & 1) << 8;

    public static uint Signs(byte* source, int step) => ((uint*)&((IQ3_S*)source)->Signs)[step];
}
