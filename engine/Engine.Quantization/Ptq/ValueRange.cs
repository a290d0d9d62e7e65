namespace Engine.Quantization.Ptq;

/// <summary>The values that are represented; what lies outside saturates.</summary>
/// <param name="Minimum">The lower end.</param>
/// <param name="Maximum">The upper end, at least <paramref name="Minimum"/>.</param>
public readonly record struct ValueRange(float Minimum, float Maximum)
{
    /// <summary>The larger of the ends' magnitudes.</summary>
    public float Magnitude => MathF.Max(MathF.Abs(Minimum), MathF.Abs(Maximum));

    /// <summary>The smallest range that holds all values; 0 to 0 of none.</summary>
    public static ValueRange Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return default;
        float minimum = values[0], maximum = values[0];
        foreach (float value in values)
        {
            minimum = MathF.Min(minimum, value);
            maximum = MathF.Max(maximum, value);
        }
        return new ValueRange(minimum, maximum);
    }

    /// <summary>Both ends times a factor of at most 1.</summary>
    public ValueRange Shrink(float factor) => new(Minimum * factor, Maximum * factor);

    /// <summary>The part of the range within so much of zero.</summary>
    public ValueRange Clip(float magnitude) => new(MathF.Max(Minimum, -magnitude), MathF.Min(Maximum, magnitude));
}
