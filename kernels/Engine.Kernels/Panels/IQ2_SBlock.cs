using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_S"/> for <see cref="PointFormat{TBlock}"/>: a scale per 16 columns, 1024 points, all signs.</summary>
internal readonly unsafe struct IQ2_SBlock : IPointBlock
{
    public static QuantType Type => QuantType.IQ2_S;
    public static int GroupColumns => 16;
    public static int PointColumns => 8;
    public static int HighBits => 2;
    public static byte* Grid => PointGrids.IQ2_S;
    public static int Largest => 43;
    public static float Unit => 0.25f;

    public static ushort D(byte* source) => ((IQ2_S*)source)->D;

    public static int Scale(byte* source, int step, int half) => (((IQ2_S*)source)->Scales[step] >> (4 * half)) & 15;

    public static int Point(byte* source, int step, int point) =>
        ((IQ2_S*)source)->Qs[4 * step + point] | ((((IQ2_S*)source)->Qh[step] >> (2 * point)) & 3) << 8;

    public static uint Signs(byte* source, int step) => ((uint*)&((IQ2_S*)source)->Signs)[step];
}
