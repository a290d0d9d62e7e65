namespace Engine.Formats.Blocks;

/// <summary>What an encoder looks for first: how far the values of a block reach.</summary>
internal static class ValueRange
{
    /// <summary>The value of largest magnitude, with its sign; the first of several; 0 where all are.</summary>
    public static float Extreme(ReadOnlySpan<float> values)
    {
        float extreme = 0;
        foreach (float value in values)
        {
            if (MathF.Abs(value) > MathF.Abs(extreme)) extreme = value;
        }
        return extreme;
    }

    /// <summary>The smallest and the largest value.</summary>
    public static (float Smallest, float Largest) Of(ReadOnlySpan<float> values)
    {
        float smallest = float.MaxValue;
        float largest = float.MinValue;
        foreach (float value in values)
        {
            // Of a zero and a negative zero the first counts, as in ggml.
            if (value < smallest) smallest = value;
            if (value > largest) largest = value;
        }
        return (smallest, largest);
    }

    /// <summary>1 / <paramref name="step"/>, or 0 for a step of zero, so that every code is that of zero.</summary>
    public static float Inverse(float step) => step != 0 ? 1 / step : 0;

    /// <summary>The nearest integer within limits, halves away from zero; 0 for NaN, which the inverse of a subnormal step can give.</summary>
    public static int Round(float scaled, int lowest, int highest)
        => Math.Clamp((int)MathF.Round(scaled, MidpointRounding.AwayFromZero), lowest, highest);
}
