namespace Engine.Quantization.Methods;

/// <summary>
/// Half-quadratic quantization (Badri and Shaji, 2023): no data; each group's zero is moved so that the error's norm, with an exponent
/// below 1, becomes small. The scale stays that of the range.
/// </summary>
public static class HqqQuantizer
{
    // Both from the authors' library: how strongly the split-off error is held to the true one, and how that grows.
    private const double FirstPenalty = 10, PenaltyGrowth = 1.01;
    private const float LargestInverse = 2e4f, SmallestRange = 1e-4f;

    /// <summary>Quantizes a matrix.</summary>
    /// <param name="weights">Finite weights, row after row.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">
    /// Options out of range, groups that do not divide the weights, a weight that is not finite, a group whose scale would not be.
    /// </exception>
    public static HqqResult Quantize(ReadOnlySpan<float> weights, HqqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check(weights.Length);
        FiniteValues.Require(weights, nameof(weights));
        int groups = weights.Length / options.GroupSize, highest = (1 << options.Bits) - 1;
        var inverses = new float[groups];
        var result = new HqqResult(new byte[weights.Length], new float[groups], new float[groups], options.Axis);
        for (int group = 0; group < groups; group++)
        {
            (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
            for (int k = 0; k < options.GroupSize; k++)
            {
                float weight = weights[result.IndexOf(group, k)];
                (low, high) = (MathF.Min(low, weight), MathF.Max(high, weight));
            }
            float range = high - low;
            inverses[group] = range <= SmallestRange ? 1 : MathF.Min(highest / range, LargestInverse);
            result.Scales[group] = 1 / inverses[group];
            if (!float.IsFinite(result.Scales[group]))
                throw new ArgumentException($"Weights from {low} to {high} in one group have no finite scale.", nameof(weights));
            result.Zeros[group] = -low * inverses[group];
        }

        double penalty = FirstPenalty, least = double.PositiveInfinity;
        for (int round = 0; round < options.Rounds; round++, penalty *= PenaltyGrowth)
        {
            double error = 0;
            for (int group = 0; group < groups; group++) error += Move(weights, group, inverses[group], highest, penalty, options, result);
            if (!(error < least)) break;
            least = error;
        }
        for (int group = 0; group < groups; group++)
        {
            for (int k = 0; k < options.GroupSize; k++)
            {
                int index = result.IndexOf(group, k);
                result.Codes[index] = (byte)Code(weights[index], inverses[group], result.Zeros[group], highest);
            }
        }
        return result;
    }

    /// <summary>One step for a group's zero; returns the sum of the errors' magnitudes before it.</summary>
    private static double Move(
        ReadOnlySpan<float> weights, int group, float inverse, int highest, double penalty, HqqOptions options, HqqResult result)
    {
        float zero = result.Zeros[group];
        double errors = 0, zeros = 0;
        for (int k = 0; k < options.GroupSize; k++)
        {
            float weight = weights[result.IndexOf(group, k)];
            float code = Code(weight, inverse, zero, highest);
            float error = weight - (code - zero) / inverse;
            errors += MathF.Abs(error);
            zeros += code - (weight - Shrink(error, penalty, options.Norm)) * inverse;
        }
        result.Zeros[group] = (float)(zeros / options.GroupSize);
        return errors;
    }

    private static float Code(float weight, float inverse, float zero, int highest) =>
        Math.Clamp(MathF.Round(weight * inverse + zero), 0, highest);

    /// <summary>The value e that makes |e|^p + penalty/2 (e - error)² small: large errors stay, small ones become zero.</summary>
    private static float Shrink(float error, double penalty, double norm)
    {
        double magnitude = Math.Abs(error);
        double kept = Math.Max(0, magnitude - Math.Pow(magnitude + 1e-8, norm - 1) / penalty);
        return (float)Math.CopySign(kept, error);
    }
}
