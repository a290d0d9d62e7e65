namespace Engine.Sampling;

/// <summary>
/// Forbids tokens whose logit lies more than n standard deviations below the largest (C. Tang et al., "Top-nσ: Not All Logits Are You
/// Need", 2024). They stay candidates with logit -infinity; those that had it before count neither in mean nor in deviation.
/// </summary>
public sealed class TopNSigma : ILogitProcessor
{
    private readonly float _n;

    /// <summary>Creates the processor.</summary>
    /// <param name="n">Standard deviations (of the population); off at 0 or below.</param>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public TopNSigma(float n) => _n = Guard.NotNaN(n);

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_n <= 0 || candidates.Count <= 1) return;
        Span<float> logits = candidates.Logits;
        double sum = 0;
        int possible = 0;
        foreach (float logit in logits)
        {
            if (float.IsNegativeInfinity(logit)) continue;
            sum += logit;
            possible++;
        }
        if (possible == 0) return;
        double mean = sum / possible, squares = 0;
        foreach (float logit in logits)
        {
            if (float.IsNegativeInfinity(logit)) continue;
            squares += (logit - mean) * (logit - mean);
        }
        double floor = candidates.RequireHighest() - _n * Math.Sqrt(squares / possible);
        foreach (ref float logit in logits)
            if (logit < floor) logit = float.NegativeInfinity;
    }
}
