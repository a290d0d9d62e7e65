using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>The error function, for the exact GELU. Same bits in every lane.</summary>
internal static class Erf
{
    /// <summary>
    /// erf x with an absolute error below 2e-7. Below 1 an odd polynomial; from there 1 - e^-p(x), where p fits -ln erfc on [1, 4] and
    /// erf rounds to 1 beyond. Both are Chebyshev fits of the function itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Compute(Vector256<float> x)
    {
        Vector256<float> magnitude = Vector256.Abs(x);
        Vector256<float> square = x * x;
        Vector256<float> p = Vector256.Create(7.875875063e-5f);
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(-8.016864287e-4f));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(5.189087423e-3f));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(-2.685421201e-2f));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(1.128359472e-1f));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(-3.761262667e-1f));
        p = Vector256.FusedMultiplyAdd(p, square, Vector256.Create(1.128379166f));
        Vector256<float> small = magnitude * p;

        Vector256<float> t = Vector256.Min(magnitude, Vector256.Create(4f));
        Vector256<float> q = Vector256.Create(-1.637151415e-6f);
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(4.605804269e-5f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(-5.968056257e-4f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(4.759596293e-3f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(-2.642113601e-2f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(1.100800829e-1f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(6.318260516e-1f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(1.130233435f));
        q = Vector256.FusedMultiplyAdd(q, t, Vector256.Create(-3.201380497e-4f));
        Vector256<float> large = Vector256<float>.One - VectorMath.Exp(-q);

        Vector256<float> result = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256<float>.One), small, large);
        return Vector256.CopySign(result, x);
    }
}
