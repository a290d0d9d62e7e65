namespace Engine.Formats.Numerics;

/// <summary>
/// FP4 E2M1 (OCP microscaling formats specification 1.0): 1 sign, 2 exponent (bias 1), 1 mantissa bit; the magnitudes 0, 0.5, 1, 1.5, 2, 3,
/// 4, 6. Neither infinity nor NaN.
/// </summary>
public static class E2M1
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 6;

    private const int MantissaBits = 1;
    private const int MinExponent = 0;

    /// <summary>The value of a code, exactly. Only the low four bits count; bit 3 is the sign, and code 8 is -0.</summary>
    public static float ToSingle(int code)
    {
        float value = Minifloat.ToSingle((uint)code & 7, MantissaBits, MinExponent);
        return (code & 8) != 0 ? -value : value;
    }

    /// <summary>
    /// The nearest code (0 to 15), ties to even. As the specification asks, magnitudes beyond 6 become 6, infinity included. It leaves NaN
    /// to the implementation: +6 here, as NVIDIA's cvt.rn.satfinite.e2m1x2 does.
    /// </summary>
    public static byte FromSingle(float value)
    {
        if (float.IsNaN(value)) return 7;
        uint sign = (BitConverter.SingleToUInt32Bits(value) >> 28) & 8;
        return (byte)(sign | Minifloat.FromSingle(MathF.Min(MathF.Abs(value), MaxValue), MantissaBits, MinExponent));
    }
}
