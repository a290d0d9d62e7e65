namespace Engine.Sampling;

/// <summary>
/// Locally typical sampling (C. Meister et al., 2022): keeps the candidates whose surprise -ln p lies closest to the entropy until their
/// probabilities exceed p together, in that order. Leaves the probabilities from before the cut. A candidate of probability zero adds
/// nothing to the entropy and stands last.
/// </summary>
public sealed class Typical : ILogitProcessor
{
    private readonly float _p;
    private readonly int _minKeep;
    private float[] _scores = [];

    /// <summary>Creates the processor.</summary>
    /// <param name="p">Probability to exceed; off at 1 or above.</param>
    /// <param name="minKeep">Candidates that stay in any case.</param>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public Typical(float p, int minKeep = 0)
    {
        _p = Guard.NotNaN(p);
        _minKeep = minKeep;
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_p >= 1) return;
        if (_scores.Length < candidates.Count) _scores = new float[candidates.Capacity];
        float max = candidates.RequireHighest();
        double sum = candidates.Normalise(max);
        double logSum = max + Math.Log(sum);

        ReadOnlySpan<float> logits = candidates.Logits, probabilities = candidates.Probabilities;
        double entropy = 0;
        for (int i = 0; i < logits.Length; i++)
            if (probabilities[i] > 0) entropy += probabilities[i] * (logSum - logits[i]);
        for (int i = 0; i < logits.Length; i++)
            _scores[i] = (float)Math.Abs(logSum - logits[i] - entropy);

        ReadOnlySpan<ulong> order = candidates.PeekByScore(_scores.AsSpan(0, logits.Length));
        int kept = 0;
        double reached = 0;
        while (kept < order.Length && (reached <= _p || kept < _minKeep))
            reached += probabilities[CandidateOrder.Id(order[kept++])];
        candidates.TakePositions(order[..kept]);
        candidates.SetProbabilities(max, sum);
    }
}
