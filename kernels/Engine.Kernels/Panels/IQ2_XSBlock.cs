using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_XS"/> for <see cref="IQ2Format{TBlock}"/>: a scale per 16 columns, 512 points.</summary>
internal readonly unsafe struct IQ2_XSBlock : IIQ2Block
{
    public static QuantType Type => QuantType.IQ2_XS;
    public static int GroupColumns => 16;
    public static uint[] Grid { get; } = GridWords.OfEight(IqGrids.IQ2_XS);

    public static ushort D(byte* source) => ((IQ2_XS*)source)->D;

    public static uint Scales(byte* source, int step) => ((IQ2_XS*)source)->Scales[step];

    public static int Point(byte* source, int step, int place) => ((IQ2_XS*)source)->Qs[4 * step + place] & 511;

    public static int Signs(byte* source, int step, int place) => IqGrids.Signs((uint)((IQ2_XS*)source)->Qs[4 * step + place] >> 9);
}
