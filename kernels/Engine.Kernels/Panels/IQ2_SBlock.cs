using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary><see cref="IQ2_S"/> for <see cref="IQ2Format{TBlock}"/>: a scale per 16 columns, 1024 points, all signs.</summary>
internal readonly unsafe struct IQ2_SBlock : IIQ2Block
{
    public static QuantType Type => QuantType.IQ2_S;
    public static int GroupColumns => 16;
    public static uint[] Grid { get; } = GridWords.OfEight(IqGrids.IQ2_S);

    public static ushort D(byte* source) => ((IQ2_S*)source)->D;

    public static uint Scales(byte* source, int step) => ((IQ2_S*)source)->Scales[step];

    public static int Point(byte* source, int step, int place) =>
        ((IQ2_S*)source)->Qs[4 * step + place] | ((((IQ2_S*)source)->Qh[step] >> (2 * place)) & 3) << 8;

    public static int Signs(byte* source, int step, int place) => ((IQ2_S*)source)->Signs[4 * step + place];
}
