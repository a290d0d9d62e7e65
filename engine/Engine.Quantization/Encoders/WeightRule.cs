using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>
/// What the squared error of each weight counts: llama.cpp's own rules per type, so that both search for the same thing. With an importance
/// matrix it is the column's importance times sqrt(sigma^2 + x^2), without one a function of the weight alone.
/// </summary>
internal static class WeightRule
{
    private const int BlockSize = 32;

    /// <summary>Fills in the weights of some values of a row.</summary>
    /// <param name="type">The type that the values are encoded to.</param>
    /// <param name="values">The values: a super-block, or a whole row of a type that has none; a multiple of 32.</param>
    /// <param name="importance">As many importances of their columns; empty for none.</param>
    /// <param name="weights">Receives as many weights.</param>
    public static void Fill(QuantType type, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, Span<float> weights)
    {
        bool hasImportance = !importance.IsEmpty;
        if (hasImportance && type == QuantType.Q6_K)
        {
            importance.CopyTo(weights);
            return;
        }
        int span = IsMeasuredPerBlock(type, hasImportance) ? BlockSize : values.Length;
        for (int start = 0; start < values.Length; start += span)
        {
            ReadOnlySpan<float> some = values.Slice(start, span);
            if (hasImportance) Scale(some, SpreadFactor(type) * MeanSquare(some), importance.Slice(start, span), weights.Slice(start, span));
            else Fill(type, some, weights.Slice(start, span));
        }
    }

    private static bool IsMeasuredPerBlock(QuantType type, bool hasImportance) =>
        type == QuantType.IQ4_NL || (!hasImportance && type is QuantType.Q4_K or QuantType.Q5_K);

    private static float SpreadFactor(QuantType type) => type switch
    {
        QuantType.Q3_K or QuantType.Q4_K or QuantType.Q5_K or QuantType.IQ4_NL or QuantType.IQ4_XS
            or QuantType.IQ1_S or QuantType.IQ1_M or QuantType.IQ2_S or QuantType.IQ3_XXS or QuantType.IQ3_S => 2,
        _ => 1,
    };

    private static void Fill(QuantType type, ReadOnlySpan<float> values, Span<float> weights)
    {
        bool isAbsolute = type is QuantType.Q2_K or QuantType.Q4_K or QuantType.Q5_K;
        float least = type switch
        {
            QuantType.Q4_K or QuantType.Q5_K => MathF.Sqrt(MeanSquare(values)),
            QuantType.IQ2_S => SpreadFactor(type) * MeanSquare(values) / 4,
            _ => 0,
        };
        var start = Vector256.Create(least);
        Span<Vector256<float>> filled = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        ReadOnlySpan<Vector256<float>> xs = MemoryMarshal.Cast<float, Vector256<float>>(values);
        for (int i = 0; i < filled.Length; i++) filled[i] = start + (isAbsolute ? Vector256.Abs(xs[i]) : xs[i] * xs[i]);
    }

    private static void Scale(ReadOnlySpan<float> values, float sigma2, ReadOnlySpan<float> importance, Span<float> weights)
    {
        var start = Vector256.Create(sigma2);
        Span<Vector256<float>> filled = MemoryMarshal.Cast<float, Vector256<float>>(weights);
        ReadOnlySpan<Vector256<float>> xs = MemoryMarshal.Cast<float, Vector256<float>>(values);
        ReadOnlySpan<Vector256<float>> columns = MemoryMarshal.Cast<float, Vector256<float>>(importance);
        for (int i = 0; i < filled.Length; i++) filled[i] = columns[i] * Vector256.Sqrt(Vector256.FusedMultiplyAdd(xs[i], xs[i], start));
    }

    private static float MeanSquare(ReadOnlySpan<float> values)
    {
        Vector256<float> even = default, odd = default;
        ReadOnlySpan<Vector256<float>> xs = MemoryMarshal.Cast<float, Vector256<float>>(values);
        for (int i = 0; i + 1 < xs.Length; i += 2)
        {
            even = Vector256.FusedMultiplyAdd(xs[i], xs[i], even);
            odd = Vector256.FusedMultiplyAdd(xs[i + 1], xs[i + 1], odd);
        }
        return Vector256.Sum(even + odd) / values.Length;
    }
}
