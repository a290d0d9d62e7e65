namespace Engine.Sampling;

/// <summary>
/// Mirostat (S. Basu et al., "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity", 2021): estimates how steeply
/// probabilities fall (Zipf's exponent s) and keeps the k best so that the surprise of the next token is near a target. Leaves
/// descending order and final probabilities; the draw is a <see cref="Draw"/> after it.
/// </summary>
public sealed class Mirostat : ILogitProcessor
{
    private readonly int _vocabularySize;
    private readonly int _neighbours;
    private readonly SurpriseTarget _target;

    /// <summary>Creates the processor.</summary>
    /// <param name="vocabularySize">Tokens in the vocabulary.</param>
    /// <param name="tau">Target surprise in bits.</param>
    /// <param name="eta">Learning rate.</param>
    /// <param name="m">Most probable candidates from which s is estimated.</param>
    /// <exception cref="ArgumentException">A number is NaN.</exception>
    public Mirostat(int vocabularySize, float tau, float eta, int m = 100)
    {
        _vocabularySize = vocabularySize;
        _target = new SurpriseTarget(tau, eta);
        _neighbours = Math.Max(m, 1) - 1;
    }

    /// <summary>The present bound on surprise, in bits: 2 tau at first.</summary>
    public double Mu => _target.Mu;

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        candidates.RequireHighest();
        candidates.KeepTop(Keep(candidates.PeekTop(_neighbours + 1), candidates.Count));
        candidates.ComputeProbabilities();
        _target.Expect(candidates);
    }

    /// <inheritdoc/>
    public void Accept(int token) => _target.Accept(token);

    /// <inheritdoc/>
    public void Reset() => _target.Reset();

    /// <summary>How many of <paramref name="count"/> candidates to keep, from the best ones as keys.</summary>
    private int Keep(ReadOnlySpan<ulong> best, int count)
    {
        double products = 0, squares = 0;
        for (int i = 0; i + 1 < best.Length; i++)
        {
            float next = CandidateOrder.Logit(best[i + 1]);
            if (float.IsNegativeInfinity(next)) break;
            double t = Math.Log((i + 2.0) / (i + 1));
            double b = (double)CandidateOrder.Logit(best[i]) - next;
            products += t * b;
            squares += t * t;
        }
        double s = products / squares, e = s - 1;
        double k = Math.Pow(e * Math.Pow(2, _target.Mu) / (1 - Math.Pow(_vocabularySize, -e)), 1 / s);
        return double.IsNaN(k) ? 1 : (int)Math.Clamp(k, 1, count);
    }
}
