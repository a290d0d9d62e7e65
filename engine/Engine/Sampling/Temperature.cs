namespace Engine.Sampling;

/// <summary>
/// Divides logits by a temperature. At 0 or below, and where the quotient would overflow, the limit is taken: the first of the largest
/// keeps its logit and all others become -infinity.
/// </summary>
public sealed class Temperature : ILogitProcessor
{
    private readonly float _temperature;

    /// <summary>Creates the processor.</summary>
    /// <param name="temperature">1 changes nothing.</param>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public Temperature(float temperature) => _temperature = Guard.NotNaN(temperature);

    /// <inheritdoc/>
    public void Apply(Candidates candidates) => Divide(candidates, _temperature);

    /// <summary>Applies a temperature that is not NaN.</summary>
    internal static void Divide(Candidates candidates, float temperature)
    {
        if (temperature == 1) return;
        Span<float> logits = candidates.Logits;
        int best = Softmax.IndexOfMax(logits);
        if (best < 0) return;
        float highest = logits[best];
        if (temperature <= 0 || !float.IsFinite(highest / temperature))
        {
            logits.Fill(float.NegativeInfinity);
            logits[best] = highest;
            return;
        }
        foreach (ref float logit in logits) logit /= temperature;
    }
}
