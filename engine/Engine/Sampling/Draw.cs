namespace Engine.Sampling;

/// <summary>
/// Selects a candidate at random by the softmax of the logits: with u uniform in [0, 1), the first whose running sum of probabilities
/// exceeds u. Same seed, same draws, on every platform. Leaves final probabilities.
/// </summary>
public sealed class Draw : ILogitProcessor
{
    private readonly RandomSource _random;

    /// <summary>Creates the processor.</summary>
    /// <param name="seed">Seed of the draws.</param>
    public Draw(ulong seed) => _random = new RandomSource(seed);

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        candidates.ComputeProbabilities();
        ReadOnlySpan<float> probabilities = candidates.Probabilities;
        if (probabilities.Length == 1)
        {
            candidates.Select(0);
            return;
        }
        double total = 0;
        foreach (float probability in probabilities) total += probability;
        double target = _random.NextDouble() * total, sum = 0;
        int chosen = -1;
        for (int i = 0; i < probabilities.Length && (chosen < 0 || sum <= target); i++)
        {
            if (probabilities[i] == 0) continue;
            chosen = i;
            sum += probabilities[i];
        }
        candidates.Select(chosen);
    }

    /// <inheritdoc/>
    public void Reset() => _random.Reset();
}
