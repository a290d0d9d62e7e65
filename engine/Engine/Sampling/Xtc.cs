namespace Engine.Sampling;

/// <summary>
/// Exclude Top Choices: now and then removes all candidates whose probability reaches a threshold but the least probable of them (P. E.
/// Weidmann, 2024). Leaves descending order and the probabilities from before the cut.
/// </summary>
public sealed class Xtc : ILogitProcessor
{
    private const float HighestThreshold = 0.5f;    // above it no two candidates can both reach the threshold

    private readonly float _probability, _threshold;
    private readonly int _minKeep;
    private readonly RandomSource _random;

    /// <summary>Creates the processor.</summary>
    /// <param name="probability">How often it acts; off at 0 or below, always at 1.</param>
    /// <param name="threshold">Probability that makes a candidate a top choice; off above 0.5.</param>
    /// <param name="minKeep">Nothing is removed where fewer would remain.</param>
    /// <param name="seed">Seed of the chance to act.</param>
    /// <exception cref="ArgumentException">A number is NaN.</exception>
    public Xtc(float probability, float threshold, int minKeep = 0, ulong seed = 0)
    {
        _probability = Guard.NotNaN(probability);
        _threshold = Guard.NotNaN(threshold);
        _minKeep = minKeep;
        _random = new RandomSource(seed);
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_probability <= 0 || _threshold > HighestThreshold || candidates.Count < 2) return;
        if (_random.NextDouble() > _probability) return;
        candidates.Sort();
        candidates.ComputeProbabilities();
        int choices = 0;
        foreach (float probability in candidates.Probabilities)
        {
            if (probability < _threshold) break;
            choices++;
        }
        int removed = choices - 1;
        if (removed > 0 && candidates.Count - removed >= _minKeep) candidates.RemoveFirst(removed);
    }

    /// <inheritdoc/>
    public void Reset() => _random.Reset();
}
