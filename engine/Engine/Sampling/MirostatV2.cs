namespace Engine.Sampling;

/// <summary>
/// Mirostat 2 (S. Basu et al., 2021): removes candidates whose surprise -log2 p exceeds a bound that follows the surprise of the tokens
/// drawn towards a target. Leaves descending order and final probabilities; the draw is a <see cref="Draw"/> after it.
/// </summary>
public sealed class MirostatV2 : ILogitProcessor
{
    private const double Ln2 = 0.69314718055994531;

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
        float max = candidates.RequireHighest();
        double logSum = max + Math.Log(Softmax.Exponentials(candidates.Logits, max, []));
        // -log2 p is at most mu where the logit is at least ln(sum) - mu ln 2: cut first, so that only the few that stay are sorted.
        candidates.KeepFrom((float)Math.Min(max, logSum - _target.Mu * Ln2));
        candidates.Sort();
        candidates.ComputeProbabilities();
        _target.Expect(candidates);
    }

    /// <inheritdoc/>
    public void Accept(int token) => _target.Accept(token);

    /// <inheritdoc/>
    public void Reset() => _target.Reset();
}
