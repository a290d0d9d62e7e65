namespace Engine.Kernels;

/// <summary>The non-linear function of a feed-forward network.</summary>
public enum ActivationFunction
{
    /// <summary>x · sigmoid(x) (Elfwing et al., 2017); gated it is SwiGLU (Shazeer, 2020).</summary>
    Silu,

    /// <summary>GELU in its tanh form, 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))) (Hendrycks and Gimpel, 2016).</summary>
    GeluTanh,

    /// <summary>GELU in its exact form, 0.5 x (1 + erf(x / √2)).</summary>
    GeluErf,

    /// <summary>
    /// GPT-OSS's gated function: the gate clamped to at most 7, up to ±7, then gate · sigmoid(1.702 gate) · (up + 1). Has no form
    /// without a gate.
    /// </summary>
    ClampedSwiglu,
}
