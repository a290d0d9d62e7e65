namespace Engine.Quantization.Methods;

/// <summary>
/// Rows in 8 bits as LLM.int8() keeps them (Dettmers et al., arXiv:2208.07339): x = code · magnitude / 127. Columns with outliers are left
/// out, to be multiplied apart.
/// </summary>
/// <param name="Codes">[rows, columns], -127 to 127; 0 in the columns of <paramref name="OutlierColumns"/>.</param>
/// <param name="Magnitudes">One per row: its largest magnitude below the threshold.</param>
/// <param name="OutlierColumns">The columns, ascending, in which some row has a value of at least the threshold.</param>
public sealed record Int8Rows(sbyte[] Codes, float[] Magnitudes, int[] OutlierColumns)
{
    /// <summary>Quantizes rows.</summary>
    /// <param name="values">Finite values, row after row.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="threshold">The magnitude from which on a value is an outlier; 0: there are none.</param>
    /// <exception cref="ArgumentException">No whole rows, or a value that is not finite.</exception>
    public static Int8Rows Quantize(ReadOnlySpan<float> values, int columns, float threshold = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0)
            throw new ArgumentException($"{values.Length} values are no whole rows of {columns}.", nameof(values));
        FiniteValues.Require(values, nameof(values));
        var isApart = new bool[columns];
        var magnitudes = new float[values.Length / columns];
        for (int i = 0; i < values.Length; i++)
        {
            float magnitude = MathF.Abs(values[i]);
            if (threshold > 0 && magnitude >= threshold) isApart[i % columns] = true;
            else magnitudes[i / columns] = MathF.Max(magnitudes[i / columns], magnitude);
        }
        var codes = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float magnitude = magnitudes[i / columns];
            if (magnitude > 0 && !isApart[i % columns]) codes[i] = (sbyte)MathF.Round(Scaled(values[i], magnitude));
        }
        return new Int8Rows(codes, magnitudes, [.. Enumerable.Range(0, columns).Where(column => isApart[column])]);
    }

    /// <summary>value · 127 / magnitude, as bitsandbytes rounds it; what a tiny magnitude's factor would exceed is divided first.</summary>
    private static float Scaled(float value, float magnitude)
    {
        float factor = 127 / magnitude;
        return float.IsFinite(factor) ? value * factor : value / magnitude * 127;
    }
}
