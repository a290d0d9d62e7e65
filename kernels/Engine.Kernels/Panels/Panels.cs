using Engine.Formats;

namespace Engine.Kernels;

/// <summary>The one table of panels: a weight type is a row here, and what has none is decoded by its reference.</summary>
internal static class Panels
{
    private static readonly Panel[] Table =
    [
        new FloatPanel<F32Format>(),
        new FloatPanel<F16Format>(),
        new FloatPanel<BF16Format>(),
        Codes<Q4_0Format>(),
        Codes<Q4_1Format>(),
        Codes<Q5_0Format>(),
        Codes<Q5_1Format>(),
        Codes<Q8_0Format>(),
        Codes<Q2_KFormat>(),
        Codes<Q3_KFormat>(),
        Codes<Q4_KFormat>(),
        Codes<Q5_KFormat>(),
        Codes<Q6_KFormat>(),
        Codes<IQ4_NLFormat>(),
        Codes<IQ4_XSFormat>(),
        Codes<MXFP4Format>(),
        Codes<NVFP4Format>(),
        Codes<Q1_0Format>(),
        Codes<PairFormat<Q2_0Block>>(),
        Codes<TQ1_0Format>(),
        Codes<PairFormat<TQ2_0Block>>(),
        Points<IQ1Format<IQ1_SBlock>>(),
        Points<IQ1Format<IQ1_MBlock>>(),
        Points<PointFormat<IQ2_XXSBlock>>(),
        Points<PointFormat<IQ2_XSBlock>>(),
        Points<PointFormat<IQ2_SBlock>>(),
        Points<PointFormat<IQ3_XXSBlock>>(),
        Points<PointFormat<IQ3_SBlock>>(),
    ];

    private static readonly Dictionary<QuantType, Panel> ByType = QuantTypes.All
        .Where(info => info.CanDecode)
        .ToDictionary(info => info.Type, info => Array.Find(Table, panel => panel.Info == info) ?? new RawPanel(info));

    /// <summary>The panel of a type.</summary>
    /// <exception cref="NotSupportedException">The type holds no weights.</exception>
    public static Panel Get(QuantType type) => ByType.TryGetValue(type, out Panel? panel)
        ? panel
        : throw new NotSupportedException($"{type} holds no weights.");

    private static IntegerPanel<TFormat> Codes<TFormat>()
        where TFormat : struct, IIntegerFormat => new(new IntegerProduct<TFormat>());

    private static IntegerPanel<TFormat> Points<TFormat>()
        where TFormat : struct, IPointFormat => new(new PointProduct<TFormat>());
}
