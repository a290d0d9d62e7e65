using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Encoders;

/// <summary>Rounding to the codes and scales that a format has.</summary>
internal static class Grid
{
    /// <summary>The nearest integers within limits, ties to even; the numbers are no NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Round(Vector256<float> scaled, Vector256<float> lowest, Vector256<float> highest)
        => Vector256.MinNative(Vector256.MaxNative(Vector256.Round(scaled), lowest), highest);

    /// <summary>1 / x, and 0 where x is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Inverse(Vector256<float> x)
        => Vector256.AndNot(Vector256<float>.One / x, Vector256.Equals(x, Vector256<float>.Zero));

    /// <summary>numerator / denominator, and 0 where the denominator is not positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> numerator, Vector256<float> denominator)
        => numerator / denominator & Vector256.GreaterThan(denominator, Vector256<float>.Zero);

    /// <summary>The nearest number of half precision.</summary>
    public static float Half(float value) => Fp16.ToSingle(Fp16.FromSingle(value));

    /// <summary>The nearest numbers of half precision, lane by lane.</summary>
    public static Vector256<float> Half(Vector256<float> values)
    {
        Span<float> lanes = stackalloc float[Vector256<float>.Count];
        values.CopyTo(lanes);
        foreach (ref float lane in lanes) lane = Half(lane);
        return Vector256.Create<float>(lanes);
    }
}
