namespace Engine.Sampling;

/// <summary>
/// A temperature between t - range and t + range (not below 0) that grows with the entropy of the candidates: low + (high - low) x
/// (entropy / ln n)^exponent, n being their number. Leaves descending order and final probabilities. With range 0 or below it is
/// <see cref="Temperature"/>; a single candidate is left alone.
/// </summary>
public sealed class DynamicTemperature : ILogitProcessor
{
    private readonly float _temperature, _range, _exponent;

    /// <summary>Creates the processor.</summary>
    /// <param name="temperature">Middle of the range.</param>
    /// <param name="range">Half the width of the range.</param>
    /// <param name="exponent">Shape of the growth.</param>
    /// <exception cref="ArgumentException">A number is NaN.</exception>
    public DynamicTemperature(float temperature, float range, float exponent)
    {
        _temperature = Guard.NotNaN(temperature);
        _range = Guard.NotNaN(range);
        _exponent = Guard.NotNaN(exponent);
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_range <= 0)
        {
            Temperature.Divide(candidates, _temperature);
            return;
        }
        if (candidates.Count <= 1) return;
        candidates.Sort();
        candidates.ComputeProbabilities();
        double entropy = 0;
        foreach (float probability in candidates.Probabilities)
            if (probability > 0) entropy -= probability * Math.Log(probability);
        double low = Math.Max(0, _temperature - _range), high = _temperature + _range;
        double share = Math.Clamp(entropy / Math.Log(candidates.Count), 0, 1);
        double temperature = low + (high - low) * Math.Pow(share, _exponent);
        Temperature.Divide(candidates, (float)temperature);
        candidates.ComputeProbabilities();
    }
}
