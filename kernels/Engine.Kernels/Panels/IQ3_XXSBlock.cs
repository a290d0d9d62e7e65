using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ3_XXS"/> for <see cref="PointFormat{TBlock}"/>: a scale per 32 columns, 256 points of 4, magnitudes halved.</summary>
internal readonly unsafe struct IQ3_XXSBlock : IPointBlock
{
    public static QuantType Type => QuantType.IQ3_XXS;
    public static int GroupColumns => 32;
    public static int PointColumns => 4;
    public static int HighBits => 0;
    public static byte* Grid => PointGrids.IQ3_XXS;
    public static int Largest => 31;

    /// <summary>1/2 in the format, times two for halved magnitudes.</summary>
    public static float Unit => 1;

    public static ushort D(byte* source) => ((IQ3_XXS*)source)->D;

    public static int Scale(byte* source, int step, int half) => (int)(((IQ3_XXS*)source)->SignsAndScales[step] >> 28);

    public static int Point(byte* source, int step, int point) => ((IQ3_XXS*)source)->Qs[8 * step + point];

    public static uint Signs(byte* source, int step) => PointSigns.OfSevens(((IQ3_XXS*)source)->SignsAndScales[step]);
}
