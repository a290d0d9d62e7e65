using System.Runtime.Intrinsics;
using Engine.Quantization.Grids;

namespace Engine.Quantization.Encoders;

/// <summary>Chooses the step of a super-block's scales: the number in half precision whose whole multiples stand for them.</summary>
internal static class ScaleStep
{
    /// <summary>The step, of several tries, that leaves the least of the sum of <paramref name="curvature"/> (multiple - scale)^2.</summary>
    /// <param name="scales">The scales, eight at a time.</param>
    /// <param name="curvature">How much a deviation of each costs.</param>
    /// <param name="lowest">The lowest multiple, 0 or negative.</param>
    /// <param name="highest">The highest multiple.</param>
    /// <param name="tries">By how much the multiple that stands for the extreme scale is larger than the largest, for each try.</param>
    /// <param name="unit">What the scales were multiplied by: the step divided by it is rounded to half precision.</param>
    /// <returns>The step, 0 where all scales are 0.</returns>
    public static float Choose(
        ReadOnlySpan<Vector256<float>> scales, ReadOnlySpan<Vector256<float>> curvature, int lowest, int highest,
        ReadOnlySpan<float> tries, float unit)
    {
        float extreme = Extreme(scales);
        if (extreme == 0) return 0;
        int furthest = -lowest > highest ? lowest : highest;
        float best = 0, least = float.PositiveInfinity;
        foreach (float more in tries)
        {
            float step = ToHalf(extreme / (furthest + MathF.Sign(furthest) * more), unit);
            if (step == 0) continue;
            float cost = Cost(scales, curvature, step, lowest, highest);
            if (cost < least) (best, least) = (step, cost);
        }
        return best;
    }

    /// <summary>The number of largest magnitude, the positive one of two.</summary>
    private static float Extreme(ReadOnlySpan<Vector256<float>> scales)
    {
        Vector256<float> most = default, least = default;
        foreach (Vector256<float> eight in scales)
        {
            most = Vector256.MaxNative(most, eight);
            least = Vector256.MinNative(least, eight);
        }
        (float highest, float lowest) = (-LeastLane.Value(-most), LeastLane.Value(least));
        return highest >= -lowest ? highest : lowest;
    }

    /// <summary>The nearest multiple that can be stored: half precision in the file's units.</summary>
    public static float ToHalf(float step, float unit) => Grid.Half(step / unit) * unit;

    private static float Cost(
        ReadOnlySpan<Vector256<float>> scales, ReadOnlySpan<Vector256<float>> curvature, float step, int lowest, int highest)
    {
        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i < scales.Length; i++)
        {
            Vector256<float> multiple = Grid.Round(scales[i] * (1 / step), Vector256.Create((float)lowest), Vector256.Create((float)highest));
            Vector256<float> off = multiple * step - scales[i];
            sum += curvature[i] * off * off;
        }
        return Vector256.Sum(sum);
    }
}
