using Engine.Formats;
using Engine.Quantization.Encoders;

namespace Engine.Quantization.Tests.Encoders;

/// <summary>The error of an encoded row as llama.cpp counts it for the type.</summary>
internal static class WeightedError
{
    /// <summary>The sum of w (x - x')^2.</summary>
    public static double Of(QuantType type, ReadOnlySpan<float> values, ReadOnlySpan<float> importance, ReadOnlySpan<byte> blocks)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        float[] decoded = new float[values.Length], weights = new float[values.Length];
        info.Decode(blocks, decoded);
        int each = info.BlockElements == 256 ? 256 : values.Length;
        for (int start = 0; start < values.Length; start += each)
        {
            ReadOnlySpan<float> counted = importance.IsEmpty ? importance : importance.Slice(start, each);
            WeightRule.Fill(type, values.Slice(start, each), counted, weights.AsSpan(start, each));
        }
        double sum = 0;
        for (int i = 0; i < values.Length; i++) sum += weights[i] * Math.Pow((double)decoded[i] - values[i], 2);
        return sum;
    }
}
