using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_XXS"/> for <see cref="PointFormat{TBlock}"/>: a scale per 32 columns, 256 points of 8.</summary>
internal readonly unsafe struct IQ2_XXSBlock : IPointBlock
{
    public static QuantType Type => QuantType.IQ2_XXS;
    public static int GroupColumns => 32;
    public static int PointColumns => 8;
    public static int HighBits => 0;
    public static byte* Grid => PointGrids.IQ2_XXS;
    public static int Largest => 43;
    public static float Unit => 0.25f;

    public static ushort D(byte* source) => ((IQ2_XXS*)source)->D;

    public static int Scale(byte* source, int step, int half) => (int)(Word(source, step) >> 28);

    public static int Point(byte* source, int step, int point) => ((IQ2_XXS*)source)->Qs[step * 8 + point];

    public static uint Signs(byte* source, int step) => PointSigns.OfSevens(Word(source, step));

    private static uint Word(byte* source, int step) => ((uint*)&((IQ2_XXS*)source)->Qs)[2 * step + 1];
}
