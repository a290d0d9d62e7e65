using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_XS"/> for <see cref="PointFormat{TBlock}"/>: a scale per 16 columns, 512 points.</summary>
internal readonly unsafe struct IQ2_XSBlock : IPointBlock
{
    public static QuantType Type => QuantType.IQ2_XS;
    public static int GroupColumns => 16;
    public static int PointColumns => 8;
    public static int HighBits => 1;
    public static byte* Grid => PointGrids.IQ2_XS;
    public static int Largest => 43;
    public static float Unit => 0.25f;

    public static ushort D(byte* source) => ((IQ2_XS*)source)->D;

    public static int Scale(byte* source, int step, int half) => (((IQ2_XS*)source)->Scales[step] >> (4 * half)) & 15;

    public static int Point(byte* source, int step, int point) => ((IQ2_XS*)source)->Qs[4 * step + point] & 511;

    public static uint Signs(byte* source, int step)
    {
        uint signs = 0;
        for (int i = 0; i < 4; i++) signs |= (uint)IqGrids.Signs((uint)((IQ2_XS*)source)->Qs[4 * step + i] >> 9) << (8 * i);
        return signs;
    }
}
