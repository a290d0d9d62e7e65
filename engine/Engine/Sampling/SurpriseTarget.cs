namespace Engine.Sampling;

/// <summary>
/// What both forms of mirostat remember: a bound mu on surprise, moved after each token by eta times the distance of the token's surprise
/// from tau.
/// </summary>
internal sealed class SurpriseTarget
{
    private readonly float _tau, _eta;
    private Candidates? _expected;

    internal SurpriseTarget(float tau, float eta)
    {
        _tau = Guard.NotNaN(tau);
        _eta = Guard.NotNaN(eta);
        Reset();
    }

    /// <summary>The bound, in bits.</summary>
    internal double Mu { get; private set; }

    /// <summary>Remembers the candidates, with final probabilities, of which the next accepted token should be one.</summary>
    internal void Expect(Candidates candidates) => _expected = candidates;

    /// <summary>Moves the bound. A token that was no candidate, as those of a prompt, moves nothing.</summary>
    internal void Accept(int token)
    {
        if (_expected is not { } candidates) return;
        _expected = null;
        int index = candidates.IndexOf(token);
        if (index < 0 || candidates.Probabilities.IsEmpty) return;
        double surprise = -Math.Log2(candidates.Probabilities[index]);
        if (double.IsFinite(surprise)) Mu -= _eta * (surprise - _tau);
    }

    /// <summary>Returns to the first bound, twice tau.</summary>
    internal void Reset()
    {
        Mu = 2 * _tau;
        _expected = null;
    }
}
