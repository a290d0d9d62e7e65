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
        new IntegerPanel<Q4_0Format>(),
        new IntegerPanel<Q4_1Format>(),
        new IntegerPanel<Q5_0Format>(),
        new IntegerPanel<Q5_1Format>(),
        new IntegerPanel<Q8_0Format>(),
        new IntegerPanel<Q2_KFormat>(),
        new IntegerPanel<Q3_KFormat>(),
        new IntegerPanel<Q4_KFormat>(),
        new IntegerPanel<Q5_KFormat>(),
        new IntegerPanel<Q6_KFormat>(),
        new IntegerPanel<IQ4_NLFormat>(),
        new IntegerPanel<IQ4_XSFormat>(),
        new IntegerPanel<MXFP4Format>(),
        new IntegerPanel<NVFP4Format>(),
        new IntegerPanel<Q1_0Format>(),
        new IntegerPanel<PairFormat<Q2_0Block>>(),
        new IntegerPanel<PairFormat<TQ1_0Block>>(),
        new IntegerPanel<PairFormat<TQ2_0Block>>(),
        new IntegerPanel<IQ1Format<IQ1_SBlock>>(),
        new IntegerPanel<IQ1Format<IQ1_MBlock>>(),
        new IntegerPanel<IQ2Format<IQ2_XXSBlock>>(),
        new IntegerPanel<IQ2Format<IQ2_XSBlock>>(),
        new IntegerPanel<IQ2Format<IQ2_SBlock>>(),
        new IntegerPanel<IQ3_XXSFormat>(),
        new IntegerPanel<IQ3_SFormat>(),
    ];

    private static readonly Dictionary<QuantType, Panel> ByType = QuantTypes.All
        .Where(info => info.CanDecode)
        .ToDictionary(info => info.Type, info => Array.Find(Table, panel => panel.Info == info) ?? new RawPanel(info));

    /// <summary>The panel of a type.</summary>
    /// <exception cref="NotSupportedException">The type holds no weights.</exception>
    public static Panel Get(QuantType type) => ByType.TryGetValue(type, out Panel? panel)
        ? panel
        : throw new NotSupportedException($"{type} holds no weights.");
}
