namespace Engine.Sampling;

/// <summary>
/// Keeps the k candidates with the largest logits, in descending order (A. Fan et al., "Hierarchical Neural Story Generation", 2018).
/// </summary>
public sealed class TopK : ILogitProcessor
{
    private readonly int _k;

    /// <summary>Creates the processor.</summary>
    /// <param name="k">Candidates to keep; off at 0 or below.</param>
    public TopK(int k) => _k = k;

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_k > 0) candidates.KeepTop(_k);
    }
}
