using Engine.Formats;

namespace Engine.Quantization.Synthetic;

/// <summary>How a block's scale is written down.</summary>
internal enum ScaleForm
{
    /// <summary>Half precision.</summary>
    Fp16,

    /// <summary>Half precision, its nibbles the topmost of four 16-bit words: IQ1_M.</summary>
    ScatteredFp16,

    /// <summary>One byte of exponent.</summary>
    E8M0,

    /// <summary>Four bytes, one per 16 values.</summary>
    UE4M3,
}

/// <summary>Where a block keeps the scale that all of its values follow, and a second one for offsets.</summary>
/// <param name="Offset">First byte of the scale.</param>
/// <param name="Form">How it is written.</param>
/// <param name="SecondOffset">First byte of the offset's scale, -1 for none.</param>
/// <param name="SecondFactor">What the second is of the first, so that random codes average to zero.</param>
/// <param name="IsTernary">Whether two bits mean -1, 0 or 1, so that 3 does not occur.</param>
internal sealed record BlockScales(
    int Offset, ScaleForm Form = ScaleForm.Fp16, int SecondOffset = -1, double SecondFactor = 0, bool IsTernary = false)
{
    /// <summary>The scales of a block type; null where the type is a plain float.</summary>
    public static BlockScales? Of(QuantType type) => type switch
    {
        QuantType.Q4_1 => new BlockScales(0, SecondOffset: 2, SecondFactor: -7.5),
        QuantType.Q5_1 => new BlockScales(0, SecondOffset: 2, SecondFactor: -15.5),
        QuantType.Q2_K => new BlockScales(80, SecondOffset: 82, SecondFactor: 1.5),
        QuantType.Q4_K => new BlockScales(0, SecondOffset: 2, SecondFactor: 7.5),
        QuantType.Q5_K => new BlockScales(0, SecondOffset: 2, SecondFactor: 15.5),
        QuantType.Q3_K => new BlockScales(108),
        QuantType.Q6_K => new BlockScales(208),
        QuantType.TQ1_0 => new BlockScales(52),
        QuantType.TQ2_0 => new BlockScales(64, IsTernary: true),
        QuantType.IQ1_M => new BlockScales(48, ScaleForm.ScatteredFp16),
        QuantType.MXFP4 => new BlockScales(0, ScaleForm.E8M0),
        QuantType.NVFP4 => new BlockScales(0, ScaleForm.UE4M3),
        QuantType.Q1_0 or QuantType.Q2_0 or QuantType.Q4_0 or QuantType.Q5_0 or QuantType.Q8_0 or QuantType.IQ1_S or QuantType.IQ2_XXS
            or QuantType.IQ2_XS or QuantType.IQ2_S or QuantType.IQ3_XXS or QuantType.IQ3_S or QuantType.IQ4_NL or QuantType.IQ4_XS
            => new BlockScales(0),
        _ => null,
    };
}
