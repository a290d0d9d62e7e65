namespace Engine.Formats.Numerics;

/// <summary>
/// FP8 E4M3, the "fn" form (OCP 8-bit floating point specification, revision 1.0): 1 sign, 4 exponent (bias 7), 3 mantissa bits; largest
/// number 448, subnormals from 2^-9, no infinity, NaN is S.1111.111.
/// </summary>
public static class E4M3
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 448;

    private const int MantissaBits = 3;
    private const int MinExponent = -6;
    private const byte NaN = 0x7F;

    /// <summary>The value of a code, exactly; NaN keeps its sign.</summary>
    public static float ToSingle(byte code)
    {
        uint magnitude = code & 0x7Fu;
        float value = magnitude == NaN ? float.NaN : Minifloat.ToSingle(magnitude, MantissaBits, MinExponent);
        return MathF.CopySign(value, (sbyte)code);
    }

    /// <summary>
    /// The nearest code, ties to even, in the specification's saturating mode: magnitudes beyond 448, infinity included, become 448.
    /// NaN stays NaN, with its sign.
    /// </summary>
    public static byte FromSingle(float value)
    {
        uint sign = (BitConverter.SingleToUInt32Bits(value) >> 24) & 0x80;
        float magnitude = MathF.Abs(value);
        if (float.IsNaN(value)) return (byte)(sign | NaN);
        return (byte)(sign | Minifloat.FromSingle(MathF.Min(magnitude, MaxValue), MantissaBits, MinExponent));
    }
}
