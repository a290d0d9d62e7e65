using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// NVIDIA's FP4: 64 weights in 4 groups of 16, w = s E2M1(q) with an 8-bit float s per group. (A further factor per tensor lies outside.)
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NVFP4 : IBlock<NVFP4>
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
}
