namespace Engine.Formats.Numerics;

/// <summary>
/// UE4M3: E4M3 without its sign, the scale of NVFP4: 4 exponent (bias 7), 3 mantissa bits in the low seven bits of a byte; largest number
/// 448, subnormals from 2^-9; 0x7F is NaN.
/// </summary>
/// <remarks>
/// GGUF's NVFP4 reads 0x7F as zero instead; that belongs to its block. ggml rounds ties away from zero when it writes.
/// </remarks>
public static class UE4M3
{
    /// <summary>The largest number.</summary>
    public const float MaxValue = 448;

    private const byte NaN = 0x7F;

    /// <summary>The value of a code, exactly; bit 7 is ignored.</summary>
    public static float ToSingle(byte code) => E4M3.ToSingle((byte)(code & 0x7F));

    /// <summary>
    /// The nearest code, ties to even. Numbers beyond 448, infinity included, become 448; negative ones become zero, the nearest number
    /// there is; NaN stays NaN.
    /// </summary>
    public static byte FromSingle(float value) => float.IsNaN(value) ? NaN : E4M3.FromSingle(MathF.Max(value, 0));
}
