namespace Engine.Formats.Numerics;

/// <summary>
/// FP8 E5M2 (OCP 8-bit floating point specification, revision 1.0): the upper byte of a binary16. 1 sign, 5 exponent (bias 15), 2 mantissa
/// bits; largest number 57344, subnormals from 2^-16, infinities S.11111.00, every other all-ones exponent NaN.
/// </summary>
public static class E5M2
{
    /// <summary>The largest finite number.</summary>
    public const float MaxValue = 57344;

    private const int MantissaBits = 2;
    private const int MinExponent = -14;
    private const uint Infinity = 0x7C;

    /// <summary>The value of a code, exactly; NaNs keep sign and payload.</summary>
    public static float ToSingle(byte code) => Fp16.ToSingle((ushort)(code << 8));

    /// <summary>
    /// The nearest code, ties to even, in the specification's non-saturating mode, which is IEEE 754's: magnitudes from 61440 become
    /// infinity, and a NaN the quiet NaN S.11111.10. (Whoever wants saturation clamps to <see cref="MaxValue"/> first.)
    /// </summary>
    public static byte FromSingle(float value)
    {
        uint sign = (BitConverter.SingleToUInt32Bits(value) >> 24) & 0x80;
        float magnitude = MathF.Abs(value);
        if (float.IsNaN(value)) return (byte)(sign | Infinity | 2);
        return (byte)(sign | (magnitude < 65536f ? Minifloat.FromSingle(magnitude, MantissaBits, MinExponent) : Infinity));
    }
}
