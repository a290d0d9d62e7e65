using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// NVIDIA's FP4: 64 weights in 4 groups of 16, w = s E2M1(q) with an 8-bit float s per group. (A further factor per tensor lies outside.)
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NVFP4 : IEncodableBlock<NVFP4>
{
    /// <summary>s of each group; see <see cref="Scale"/>.</summary>
    public Array4<byte> Scales;

    /// <summary>q: of a group's 8 bytes, byte j holds its weight j in the low nibble and j + 8 in the high one.</summary>
    public Array32<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.NVFP4;

    /// <inheritdoc/>
    public static int Elements => 64;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly NVFP4 block) => true;

    /// <inheritdoc/>
    public static void Decode(ref readonly NVFP4 block, Span<float> values)
    {
        ReadOnlySpan<byte> scales = block.Scales;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int group = 0; group < 4; group++)
        {
            float halfScale = 0.5f * Scale(scales[group]);
            for (int j = 0; j < 8; j++)
            {
                byte pair = qs[group * 8 + j];
                values[group * 16 + j] = Fp4Levels.Doubled[pair & 15] * halfScale;
                values[group * 16 + j + 8] = Fp4Levels.Doubled[pair >> 4] * halfScale;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A group's s is its largest magnitude / 6, the last level of E2M1.</remarks>
    public static NVFP4 Encode(ReadOnlySpan<float> values)
    {
        NVFP4 block = default;
        for (int group = 0; group < 4; group++)
        {
            ReadOnlySpan<float> own = values.Slice(group * 16, 16);
            block.Scales[group] = ScaleCode(MathF.Abs(ValueRange.Extreme(own)) / 6);
            float halfScale = 0.5f * Scale(block.Scales[group]);
            for (int j = 0; j < 8; j++)
                block.Qs[group * 8 + j] = (byte)(Fp4Levels.Nearest(own[j], halfScale) | Fp4Levels.Nearest(own[j + 8], halfScale) << 4);
        }
        return block;
    }

    /// <summary>
    /// A group's scale. It is UE4M3 but for the NaN: ggml reads 0x7F as zero, and as it ignores bit 7 elsewhere, 0xFF (which no writer
    /// should produce) is the number that its bits would be if there were no NaN, 480. So every byte is finite, and no block is invalid.
    /// </summary>
    /// <param name="code">The byte in the block.</param>
    public static float Scale(byte code) => code switch
    {
        0x7F => 0,
        0xFF => 480,
        _ => UE4M3.ToSingle(code),
    };

    /// <summary>
    /// ggml's rounding to UE4M3, which is not <see cref="UE4M3.FromSingle"/>: halves go up, what would round from the subnormals to the
    /// first normal number stays below it, and everything from 256 on becomes 448.
    /// </summary>
    private static byte ScaleCode(float scale)
    {
        const int mantissaBits = 3;
        const int shift = 23 - mantissaBits;
        if (scale < 1f / 64) return (byte)Math.Min((int)(scale * 512 + 0.5f), 7);
        if (scale >= 256) return 0x7E;
        uint rounded = (BitConverter.SingleToUInt32Bits(scale) + (1u << (shift - 1))) >> shift;
        uint code = rounded - ((127 - 7) << mantissaBits);
        return code < 15 << mantissaBits ? (byte)code : (byte)0x7E;
    }
}
