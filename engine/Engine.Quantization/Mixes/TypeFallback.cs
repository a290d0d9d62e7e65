using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>What stands in for a type whose blocks do not divide a row.</summary>
internal static class TypeFallback
{
    /// <summary>The type itself where rows of <paramref name="columns"/> are whole blocks, else its substitute, at last F16.</summary>
    public static QuantType For(QuantType type, long columns)
    {
        if (Fits(type, columns)) return type;
        QuantType? substitute = Substitute(type);
        return substitute is { } smaller && Fits(smaller, columns) ? smaller : QuantType.F16;
    }

    // Blocks of 32 that take about as many bits.
    private static QuantType? Substitute(QuantType type) => type switch
    {
        QuantType.IQ1_S or QuantType.IQ1_M or QuantType.IQ2_XXS or QuantType.IQ2_XS or QuantType.IQ2_S
            or QuantType.IQ3_XXS or QuantType.IQ3_S or QuantType.IQ4_XS => QuantType.IQ4_NL,
        QuantType.Q2_0 or QuantType.Q2_K or QuantType.Q3_K or QuantType.TQ1_0 or QuantType.TQ2_0 => QuantType.Q4_0,
        QuantType.Q4_K => QuantType.Q5_0,
        QuantType.Q5_K => QuantType.Q5_1,
        QuantType.Q6_K => QuantType.Q8_0,
        _ => null,
    };

    private static bool Fits(QuantType type, long columns) => columns % QuantTypes.Get(type).BlockElements == 0;
}
