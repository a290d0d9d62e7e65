using System.Runtime.CompilerServices;

namespace Engine.Formats.Numerics;

/// <summary>
/// What all binary formats narrower than float32 share: a code that is exponent and mantissa of a magnitude, subnormals included.
/// The sign and the special codes (infinity, NaN) are each format's own.
/// </summary>
internal static class Minifloat
{
    /// <summary>The magnitude of an exponent-and-mantissa code, exactly; special codes are read as if they were numbers.</summary>
    /// <param name="code">Exponent above <paramref name="mantissaBits"/> bits of mantissa, no sign.</param>
    /// <param name="mantissaBits">Stored mantissa bits.</param>
    /// <param name="minExponent">Exponent of the smallest normal number (1 - bias).</param>
    /// <remarks>
    /// Shifted into place in a float32, the code means the number times 2^(-126 - minExponent), because the two biases differ by that,
    /// and a subnormal code is a subnormal float; one multiplication, exact because it only changes the exponent, puts that right.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(uint code, int mantissaBits, int minExponent)
        => BitConverter.UInt32BitsToSingle(code << (23 - mantissaBits)) * PowerOfTwo(126 + minExponent);

    /// <summary>The code nearest to a magnitude, ties to the even code; the caller deals with overflow and NaN.</summary>
    /// <param name="magnitude">A finite number, not negative, whose exponent is at most 126 - 23 + <paramref name="mantissaBits"/>.</param>
    /// <param name="mantissaBits">Stored mantissa bits of the code.</param>
    /// <param name="minExponent">Exponent of the smallest normal number (1 - bias).</param>
    /// <remarks>
    /// Adding a power of two so large that the sum's last bit weighs as much as the code's last bit lets the addition itself round to
    /// nearest even. A magnitude that rounds up to the next power of two carries into the exponent by plain integer addition.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint FromSingle(float magnitude, int mantissaBits, int minExponent)
    {
        int exponent = Math.Max((int)(BitConverter.SingleToUInt32Bits(magnitude) >> 23) - 127, minExponent);
        float grid = PowerOfTwo(exponent + 23 - mantissaBits);
        uint steps = BitConverter.SingleToUInt32Bits(magnitude + grid) - BitConverter.SingleToUInt32Bits(grid);
        return ((uint)(exponent - minExponent) << mantissaBits) + steps;
    }

    private static float PowerOfTwo(int exponent) => BitConverter.UInt32BitsToSingle((uint)(exponent + 127) << 23);
}
