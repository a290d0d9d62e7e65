namespace Engine.Sampling;

/// <summary>
/// Mirostat 2 (S. Basu et al., 2021): removes candidates whose surprise -log2 p exceeds a bound that follows the surprise of the tokens
/// drawn towards a target. Leaves descending order and final probabilities; the draw is a <see cref="Draw"/> after it.
/// </summary>
public sealed class MirostatV2 : ILogitProcessor
{
    private readonly SurpriseTarget _target;

    /// <summary>Creates the processor.</summary>
    /// <param name="tau">Target surprise in bits.</param>
    /// <param name="eta">Learning rate.</param>
    /// <exception cref="ArgumentException">A number is NaN.</exception>
    public MirostatV2(float tau, float eta) => _target = new SurpriseTarget(tau, eta);

    /// <summary>The present bound on surprise, in bits: 2 tau at first.</summary>
    public double Mu => _target.Mu;

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        candidates.Sort();
        candidates.ComputeProbabilities();
        int kept = 0;
        foreach (float probability in candidates.Probabilities)
        {
            if (-Math.Log2(probability) > _target.Mu) break;
            kept++;
        }
        candidates.Truncate(Math.Max(kept, 1));
        candidates.ComputeProbabilities();
        _target.Expect(candidates);
    }

    /// <inheritdoc/>
    public void Accept(int token) => _target.Accept(token);

    /// <inheritdoc/>
    public void Reset() => _target.Reset();
}
