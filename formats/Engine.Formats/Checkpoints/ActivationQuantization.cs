namespace Engine.Formats.Checkpoints;

/// <summary>How a checkpoint asks for the inputs of a module to be quantized before they are multiplied.</summary>
/// <param name="Bits">Bits of a value, 4 or 8.</param>
/// <param name="IsFloat">Whether the values are FP8 or FP4, and not integers.</param>
/// <param name="Symmetric">Whether integers have no zero point.</param>
/// <param name="Granularity">What shares a scale.</param>
/// <param name="GroupSize">Columns that share a scale where <paramref name="Granularity"/> is a group; else 0.</param>
/// <param name="Dynamic">Whether scales are computed from each input.</param>
/// <param name="StaticScale">The scale in the file, where there is one: of all values or, for FP4, of the groups' scales.</param>
/// <param name="OutlierThreshold">LLM.int8(): columns that reach this magnitude stay floats; 0 for none.</param>
public sealed record ActivationQuantization(
    int Bits, bool IsFloat, bool Symmetric, ActivationGranularity Granularity, int GroupSize = 0, bool Dynamic = true,
    float? StaticScale = null, float OutlierThreshold = 0);

/// <summary>What shares a scale among a module's inputs.</summary>
public enum ActivationGranularity
{
    /// <summary>All values.</summary>
    Tensor,

    /// <summary>The values of one token.</summary>
    Token,

    /// <summary>Some neighbouring values of one token.</summary>
    Group,
}
