using Engine.Kernels;

namespace Engine.Models;

/// <summary>How RoPE is stretched beyond the context that the model was first trained for.</summary>
public enum RopeScaling
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>All positions divided by the factor (position interpolation).</summary>
    Linear,

    /// <summary>Fast pairs stay, slow ones are interpolated, a ramp lies between them (Peng et al., 2023).</summary>
    Yarn,

    /// <summary>A factor for each pair, one set for short and one for long texts (Ding et al., 2024).</summary>
    LongRope,
}

/// <summary>The constants of rotary position embedding (Su et al., 2021).</summary>
public sealed record RopeConfig
{
    /// <summary>Elements of a head that are turned: even.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Which elements are turned together.</summary>
    public required RopeLayout Layout { get; init; }

    /// <summary>Pair i turns by base^(-2i / dimensions) radians per position.</summary>
    public required double Base { get; init; }

    /// <summary>How it is stretched.</summary>
    public RopeScaling Scaling { get; init; }

    /// <summary>How far it is stretched.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Context before stretching, in tokens.</summary>
    public int OriginalContext { get; init; }

    /// <summary>Turns within the original context above which YaRN leaves a pair alone.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Turns within the original context below which YaRN interpolates a pair fully.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether YaRN's ramp starts and ends at whole pairs, as in GGUF files; GPT-OSS's own rule has fractional ends.</summary>
    public bool WholePairs { get; init; } = true;

    /// <summary>Share of the unstretched angle in the fast pairs, 1 in YaRN.</summary>
    public double Extrapolation { get; init; } = 1;

    /// <summary>Factor of the turned queries and keys.</summary>
    public float Magnitude { get; init; } = 1f;
}
