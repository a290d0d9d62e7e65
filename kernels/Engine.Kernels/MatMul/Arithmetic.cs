namespace Engine.Kernels;

/// <summary>In which numbers products of weights and activations are computed. Either gives one answer on any machine.</summary>
public enum Arithmetic
{
    /// <summary>
    /// Activations quantized per 32 columns where the weights are integer codes, to 8 bits or, for Q8_0, to 16; elsewhere as
    /// <see cref="Exact"/>.
    /// </summary>
    Fast,

    /// <summary>Weights as floats, activations as they are, one chain of fused multiply-adds per output: the oracle.</summary>
    Exact,
}
