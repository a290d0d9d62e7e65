using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// OCP microscaling FP4: 32 weights, w = s E2M1(q) with a power of two s.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct MXFP4 : IEncodableBlock<MXFP4>
{
    /// <summary>s as E8M0. 255 is NaN and makes the block invalid; what it decodes to is NaN.</summary>
    public byte E;

    /// <summary>q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.MXFP4;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly MXFP4 block) => block.E != 0xFF;

    /// <inheritdoc/>
    public static void Decode(ref readonly MXFP4 block, Span<float> values)
    {
        float halfScale = 0.5f * E8M0.ToSingle(block.E);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            values[j] = Fp4Levels.Doubled[qs[j] & 15] * halfScale;
            values[j + 16] = Fp4Levels.Doubled[qs[j] >> 4] * halfScale;
        }
    }

    /// <inheritdoc/>
    /// <remarks>s = 2^(floor(log2(largest magnitude)) - 2), so that the largest lies between 4 s and 8 s, where 6 is the last level.</remarks>
    public static MXFP4 Encode(ReadOnlySpan<float> values)
    {
        float largest = MathF.Abs(ValueRange.Extreme(values[..32]));
        // Rounded to single precision first, as in ggml: just below a high power of two the logarithm is that of the power.
        int exponent = largest > 0 ? (int)MathF.Floor((float)Math.Log2(largest)) - 2 : -127;
        MXFP4 block = new() { E = (byte)Math.Max(exponent + 127, 0) };
        float halfScale = 0.5f * E8M0.ToSingle(block.E);
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(Fp4Levels.Nearest(values[j], halfScale) | Fp4Levels.Nearest(values[j + 16], halfScale) << 4);
        return block;
    }
}
