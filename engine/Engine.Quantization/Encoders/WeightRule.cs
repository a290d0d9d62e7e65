using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>
/// What the squared error of each weight counts: llama.cpp's own rules per type, so that both search for the same thing. With an importance
/// matrix it is the column's importance times sqrt(sigma^2 + x^2), without one a function of the weight alone.
/// </summary>
internal static class WeightRule
{
    /// <summary>Fills in the weights of some values of a row.</summary>
    /// <param name="type">The type that the values are encoded to.</param>
    /// <param name="values">The values: a super-block, or a whole row of a type that has none.</param>
    /// <param name="importance">As many importances of their columns; empty for none.</param>
    /// <param name="weights">Receives as many weights.</param>
    public static void Fill(QuantType type, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, Span<float> weights)
    {
        if (!importance.IsEmpty)
        {
            if (type == QuantType.Q6_K) importance.CopyTo(weights);
            else FillImportance(values, importance, SpreadFactor(type), weights);
        }
        else if (type is QuantType.Q4_K or QuantType.Q5_K)
        {
            for (int start = 0; start < values.Length; start += 32) FillShifted(values.Slice(start, 32), weights.Slice(start, 32));
        }
        else if (type == QuantType.Q2_K)
        {
            for (int i = 0; i < values.Length; i++) weights[i] = MathF.Abs(values[i]);
        }
        else
        {
            for (int i = 0; i < values.Length; i++) weights[i] = values[i] * values[i];
        }
    }

    private static float SpreadFactor(QuantType type) => type switch
    {
        QuantType.Q3_K or QuantType.Q4_K or QuantType.Q5_K or QuantType.IQ4_NL or QuantType.IQ4_XS => 2,
        _ => 1,
    };

    private static void FillImportance(ReadOnlySpan<float> values, ReadOnlySpan<float> importance, float spread, Span<float> weights)
    {
        float sigma2 = spread * SumOfSquares(values) / values.Length;
        for (int i = 0; i < values.Length; i++) weights[i] = importance[i] * MathF.Sqrt(sigma2 + values[i] * values[i]);
    }

    private static void FillShifted(ReadOnlySpan<float> values, Span<float> weights)
    {
        float rms = MathF.Sqrt(SumOfSquares(values) / values.Length);
        for (int i = 0; i < values.Length; i++) weights[i] = rms + MathF.Abs(values[i]);
    }

    private static float SumOfSquares(ReadOnlySpan<float> values)
    {
        float sum = 0;
        foreach (float value in values) sum += value * value;
        return sum;
    }
}
