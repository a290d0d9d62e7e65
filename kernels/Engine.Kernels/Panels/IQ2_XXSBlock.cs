using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_XXS"/> for <see cref="IQ2Format{TBlock}"/>: a scale per 32 columns, 256 points.</summary>
internal readonly unsafe struct IQ2_XXSBlock : IIQ2Block
{
    public static QuantType Type => QuantType.IQ2_XXS;
    public static int GroupColumns => 32;
    public static uint[] Grid { get; } = GridWords.OfEight(IqGrids.IQ2_XXS);

    public static ushort D(byte* source) => ((IQ2_XXS*)source)->D;

    public static uint Scales(byte* source, int step) => Word(source, step) >> 28;

    public static int Point(byte* source, int step, int place) => ((IQ2_XXS*)source)->Qs[step * 8 + place];

    public static int Signs(byte* source, int step, int place) => IqGrids.Signs(Word(source, step) >> (7 * place));

    private static uint Word(byte* source, int step) => ((uint*)&((IQ2_XXS*)source)->Qs)[2 * step + 1];
}
