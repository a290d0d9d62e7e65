using Engine.Kernels;

namespace Engine.Sampling;

/// <summary>
/// Keeps the fewest best candidates whose probabilities reach p together, in descending order (A. Holtzman et al., "The Curious Case of
/// Neural Text Degeneration", 2020). Leaves the probabilities from before the cut.
/// </summary>
public sealed class TopP : ILogitProcessor
{
    private const int FirstLook = 256;      // candidates ordered at first; eight times as many whenever they do not reach p

    private readonly float _p;
    private readonly int _minKeep;

    /// <summary>Creates the processor.</summary>
    /// <param name="p">Probability to reach; off at 1 or above, one candidate stays at 0 or below.</param>
    /// <param name="minKeep">Candidates that stay in any case.</param>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public TopP(float p, int minKeep = 0)
    {
        _p = Guard.NotNaN(p);
        _minKeep = minKeep;
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_p >= 1) return;
        float max = candidates.RequireHighest();
        double sum = Softmax.Exponentials(candidates.Logits, max, []);
        int look = Math.Min(FirstLook, candidates.Count);
        while (!TryCut(candidates, look, max, sum)) look = (int)Math.Min(8L * look, candidates.Count);
        candidates.SetProbabilities(max, sum);
    }

    /// <summary>Cuts among the best <paramref name="look"/>; false, with nothing changed, where the cut lies beyond them.</summary>
    private bool TryCut(Candidates candidates, int look, float max, double sum)
    {
        ReadOnlySpan<ulong> best = candidates.PeekTop(look);
        double reached = 0;
        for (int i = 0; i < best.Length; i++)
        {
            reached += VectorMath.Exp(CandidateOrder.Logit(best[i]) - max) / sum;
            if (reached < _p || i + 1 < _minKeep) continue;
            candidates.TakeKeys(best[..(i + 1)]);
            return true;
        }
        if (best.Length < candidates.Count) return false;
        candidates.TakeKeys(best);
        return true;
    }
}
