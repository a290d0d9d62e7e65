namespace Engine.Models;

/// <summary>How far each pair of elements turns from one position to the next.</summary>
internal static class RopeFrequencies
{
    /// <summary>Radians per position of each pair.</summary>
    /// <param name="rope">The constants.</param>
    /// <param name="divisors">The file's own factors, by which the frequencies are divided (Llama 3, LongRoPE); null: none.</param>
    internal static double[] Compute(RopeConfig rope, float[]? divisors)
    {
        var frequencies = new double[rope.Dimensions / 2];
        for (int pair = 0; pair < frequencies.Length; pair++)
        {
            double frequency = Math.Pow(rope.Base, -2.0 * pair / rope.Dimensions) / (divisors?[pair] ?? 1.0);
            frequencies[pair] = rope.Scaling switch
            {
                RopeScaling.Linear => frequency / rope.Factor,
                RopeScaling.Yarn => Interpolate(rope, pair, frequency),
                _ => frequency,
            };
        }
        return frequencies;
    }

    /// <summary>YaRN's factor of queries and keys: 0.1 m ln s + 1.</summary>
    internal static double YarnMagnitude(double factor, double multiplier = 1) =>
        factor <= 1 ? 1 : 0.1 * multiplier * Math.Log(factor) + 1;

    private static double Interpolate(RopeConfig rope, int pair, double frequency)
    {
        double low = PairOfTurns(rope, rope.BetaFast), high = PairOfTurns(rope, rope.BetaSlow);
        if (rope.WholePairs) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        low = Math.Max(0, low);
        high = Math.Min(rope.Dimensions - 1, high);
        double ramp = Math.Clamp((pair - low) / Math.Max(0.001, high - low), 0, 1);
        double kept = (1 - ramp) * rope.Extrapolation;
        return frequency / rope.Factor * (1 - kept) + frequency * kept;
    }

    /// <summary>The (fractional) pair that turns so often within the original context.</summary>
    private static double PairOfTurns(RopeConfig rope, double turns) =>
        rope.Dimensions * Math.Log(rope.OriginalContext / (turns * 2 * Math.PI)) / (2 * Math.Log(rope.Base));
}
