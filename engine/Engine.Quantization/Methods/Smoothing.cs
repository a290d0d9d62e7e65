namespace Engine.Quantization.Methods;

/// <summary>
/// SmoothQuant (Xiao et al., arXiv:2211.10438): what is hard to quantize in activations is moved into the weights. Inputs are divided by a
/// scale per channel and the weights' columns multiplied by it, which leaves the product as it was.
/// </summary>
public static class Smoothing
{
    private const float Least = 1e-5f;

    /// <summary>s = a^α / w^(1-α) for each channel, at least 1e-5; the columns' magnitudes count as at least 1e-5 too.</summary>
    /// <param name="activations">
    /// Largest magnitude of each channel, finite and not negative. llm-compressor takes the range, max - min, instead.
    /// </param>
    /// <param name="weights">
    /// Largest magnitude in each column, over all matrices that read the channel; llm-compressor takes twice that.
    /// </param>
    /// <param name="strength">α, 0 to 1: how much of the difficulty is moved.</param>
    /// <exception cref="ArgumentException">Different lengths, a strength outside 0 to 1, a magnitude that is negative or not finite.</exception>
    public static float[] Scales(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, float strength)
    {
        if (activations.Length != weights.Length)
            throw new ArgumentException($"{activations.Length} channels and {weights.Length} columns.", nameof(weights));
        if (!(strength is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(strength), strength, "The strength is 0 to 1.");
        var scales = new float[activations.Length];
        for (int i = 0; i < scales.Length; i++)
        {
            if (!(activations[i] >= 0 && float.IsFinite(activations[i])))
                throw new ArgumentException($"The magnitude of channel {i} is {activations[i]}.", nameof(activations));
            if (!(weights[i] >= 0 && float.IsFinite(weights[i])))
                throw new ArgumentException($"The magnitude of column {i} is {weights[i]}.", nameof(weights));
            float scale = MathF.Pow(activations[i], strength) / MathF.Pow(MathF.Max(weights[i], Least), 1 - strength);
            scales[i] = MathF.Max(scale, Least);
        }
        return scales;
    }
}
