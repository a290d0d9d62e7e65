namespace Engine.Formats.Numerics;

/// <summary>
/// E8M0 (OCP microscaling formats specification 1.0): a scale that is a power of two, 2^(code - 127) for codes 0 to 254; 255 is NaN.
/// No sign, no zero, no infinity.
/// </summary>
public static class E8M0
{
    private const byte NaN = 0xFF;

    /// <summary>The value of a code, exactly (code 0, 2^-127, is a subnormal float32).</summary>
    public static float ToSingle(byte code) => code switch
    {
        NaN => float.NaN,
        0 => BitConverter.UInt32BitsToSingle(1u << 22),
        _ => BitConverter.UInt32BitsToSingle((uint)code << 23),
    };

    /// <summary>
    /// The nearest power of two. A tie (1.5 times a power) goes up: with one significant bit that is the even neighbour, 2 against 1.
    /// Zero and everything below 2^-127 become 2^-127, finite numbers beyond 2^127 become 2^127; infinity, NaN and negative numbers have no
    /// code and become NaN.
    /// </summary>
    public static byte FromSingle(float value)
    {
        if (!(value >= 0) || float.IsInfinity(value)) return NaN;
        uint bits = BitConverter.SingleToUInt32Bits(MathF.Abs(value));
        // Half of the exponent's last bit rounds; among the subnormals 2^-127 itself (1 << 22) is the lower neighbour.
        return bits < 0x600000 ? (byte)0 : (byte)Math.Min((bits + 0x400000) >> 23, 254);
    }
}
