namespace Engine.Sampling;

/// <summary>
/// Removes candidates less probable than p times the most probable one (M. Nguyen et al., "Turning Up the Heat: Min-p Sampling", 2024).
/// The rest keep their order, unless fewer than the minimum pass: then the best so many stay, in descending order.
/// </summary>
public sealed class MinP : ILogitProcessor
{
    private readonly float _p;
    private readonly int _minKeep;

    /// <summary>Creates the processor.</summary>
    /// <param name="p">Share of the largest probability; off at 0 or below, only the best stays above 1.</param>
    /// <param name="minKeep">Candidates that stay in any case.</param>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public MinP(float p, int minKeep = 0)
    {
        _p = Guard.NotNaN(p);
        _minKeep = minKeep;
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_p <= 0) return;
        float floor = candidates.RequireHighest() + MathF.Log(_p);
        int passing = 0;
        foreach (float logit in candidates.Logits)
            if (logit >= floor) passing++;
        int needed = Math.Max(_minKeep, 1);
        if (passing < needed) candidates.KeepTop(needed);
        else candidates.KeepFrom(floor);
    }
}
