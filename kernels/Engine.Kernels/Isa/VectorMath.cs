using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Elementary functions on vectors. Each element's result has the same bits in every lane, so a value does not depend on its neighbours.
/// </summary>
internal static class VectorMath
{
    private const float LowestExponent = -87.33654f;    // below it e^x is no normal number: flushed to zero
    private const float HighestExponent = 88.3762626f;  // above it 2^n overflows: infinity

    /// <summary>
    /// e^x to about 1 unit in the last place; 0 below -87.3, infinity above 88.37, NaN stays NaN. x = n ln 2 + r, with the polynomial of
    /// Cephes' expf (S. Moshier) for e^r on |r| at most ln 2 / 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> clamped = Vector256.MinNative(
            Vector256.MaxNative(x, Vector256.Create(LowestExponent)), Vector256.Create(HighestExponent));
        Vector256<float> n = Vector256.Round(clamped * Vector256.Create(1.44269504f));
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), clamped);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), r);
        Vector256<float> p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        p = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;
        Vector256<int> exponent = Vector256.ConvertToInt32Native(n) + Vector256.Create(127);
        Vector256<float> result = p * (exponent << 23).AsSingle();
        result = Vector256.ConditionalSelect(
            Vector256.LessThan(x, Vector256.Create(LowestExponent)), Vector256<float>.Zero, result);
        result = Vector256.ConditionalSelect(
            Vector256.GreaterThan(x, Vector256.Create(HighestExponent)), Vector256.Create(float.PositiveInfinity), result);
        return Vector256.ConditionalSelect(Vector256.Equals(x, x), result, x);
    }

    /// <summary>e^x of one number, the same bits as in a vector.</summary>
    internal static float Exp(float x) => Exp(Vector256.Create(x)).ToScalar();

    /// <summary>
    /// tanh x to a few units in the last place: (1 - e) / (1 + e) with e = e^(-2|x|), and below 0.625, where that would cancel, the
    /// polynomial of Cephes' tanhf.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> magnitude = Vector256.Abs(x);
        Vector256<float> e = Exp(Vector256.Create(-2f) * magnitude);
        Vector256<float> large = (Vector256<float>.One - e) / (Vector256<float>.One + e);
        Vector256<float> square = x * x;
        Vector256<float> q = Vector256.Create(-5.70498872745e-3f);
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(2.06390887954e-2f));
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(-5.37397155531e-2f));
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(1.33314422036e-1f));
        q = Vector256.FusedMultiplyAdd(q, square, Vector256.Create(-3.33332819422e-1f));
        Vector256<float> small = Vector256.FusedMultiplyAdd(q * square, magnitude, magnitude);
        Vector256<float> result = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude, Vector256.Create(0.625f)), small, large);
        return Vector256.CopySign(result, x);
    }

    /// <summary>tanh x of one number, the same bits as in a vector.</summary>
    internal static float Tanh(float x) => Tanh(Vector256.Create(x)).ToScalar();
}
