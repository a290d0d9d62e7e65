namespace Engine.Quantization.Ptq;

/// <summary>Which levels a code stands for.</summary>
public enum QuantScheme
{
    /// <summary>Equal steps, zero in the middle: x = s q, q = -(2^(b-1) - 1) to 2^(b-1) - 1.</summary>
    Symmetric,

    /// <summary>Equal steps between any two ends: x = s (q - z), q = 0 to 2^b - 1.</summary>
    Asymmetric,

    /// <summary>A sign and a power of two, or zero (Miyashita et al., arXiv:1603.01025).</summary>
    Logarithmic,
}
