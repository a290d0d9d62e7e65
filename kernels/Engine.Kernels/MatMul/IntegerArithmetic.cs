using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// The arithmetic of every product with integer codes, the same to the bit in each kernel, for any batch and any number of threads.
/// <para>
/// Activations: per token and 32 columns, with m the largest magnitude, the scale is s = m / 127 and a code is a = round(x * (127 /
/// m)), ties to even, so |a| is at most 127. For weights in signed bytes, which are precise enough to deserve it, it is 32767 instead of
/// 127. Where m is below 2^-108 (zero included) the scale and the codes are 0; where a value is infinite or NaN the scale is NaN and the
/// codes 0, and so every output of that token is NaN.
/// </para>
/// <para>
/// Weights: w = d * (q - z) + o for a code q of a group of 16 or 32 columns, with float d (and o, for types that have offsets).
/// </para>
/// <para>
/// An output starts at 0 and takes in its groups in ascending order of columns. The sum n of a * (q - z) over a group is an exact
/// 32-bit integer, and y = fma((float)n, d * s, y). A type with offsets then adds y = fma(o, s * (float)(sum of a over the
/// group), y). Products in parentheses and conversions round once, to nearest even. The bias, if any, is added last.
/// </para>
/// </summary>
internal static class IntegerArithmetic
{
    /// <summary>Below it the inverse of the scale might overflow.</summary>
    public const float SmallestMagnitude = 3.0814879110195774e-33f; // 2^-108

    /// <summary>The largest code of that many bytes.</summary>
    public static int LargestCode(int codeBytes) => codeBytes == 1 ? 127 : 32767;

    /// <summary>Scale of activations whose largest magnitude is <paramref name="max"/>.</summary>
    /// <param name="max">Not negative; infinity and NaN allowed.</param>
    /// <param name="largestCode">The code that the largest magnitude becomes.</param>
    /// <param name="inverse">What activations are multiplied by before rounding; 0 where their codes are 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ActivationScale(float max, int largestCode, out float inverse)
    {
        inverse = 0;
        if (!float.IsFinite(max)) return float.NaN;
        if (max < SmallestMagnitude) return 0;
        inverse = largestCode / max;
        return max / largestCode;
    }
}
