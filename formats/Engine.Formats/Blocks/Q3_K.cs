using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 3 bits: 256 weights in 16 groups of 16, w = (d s) q with a 6-bit signed s per group and q from -4 to 3.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q3_K : IBlock<Q3_K>, IScaledSuperBlock<Q3_K>
{
    /// <summary>Bit k of byte l is the high bit of weight 32 k + l; where it is clear, 4 is subtracted from q.</summary>
    public Array32<byte> HMask;

    /// <summary>Low bits of q: byte l of each 32 holds weights l, l + 32, l + 64 and l + 96 of its 128, lowest bits first.</summary>
    public Array64<byte> Qs;

    /// <summary>s + 32 of 16 groups, 6 bits each; see <see cref="GroupScale"/>.</summary>
    public Array12<byte> Scales;

    /// <summary>Scale of the scales, FP16.</summary>
    public ushort D;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q3_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q3_K block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q3_K block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> hMask = block.HMask;
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<byte> scales = block.Scales;
        for (int group = 0; group < 16; group++)
        {
            float scale = d * GroupScale(scales, group);
            ReadOnlySpan<byte> lowBits = qs.Slice(group / 8 * 32 + group % 2 * 16, 16);
            ReadOnlySpan<byte> highBits = hMask.Slice(group % 2 * 16, 16);
            int shift = group / 2 % 4 * 2;
            for (int l = 0; l < 16; l++)
            {
                int low = (lowBits[l] >> shift) & 3;
                int high = (highBits[l] >> (group / 2)) & 1;
                values[group * 16 + l] = scale * (low + 4 * high - 4);
            }
        }
    }

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int LowestCode => -4;

    /// <inheritdoc/>
    public static int HighestCode => 3;

    /// <inheritdoc/>
    public static int ScaleReach => 32;

    /// <inheritdoc/>
    public static Q3_K Pack(ushort d, ReadOnlySpan<sbyte> scales, ReadOnlySpan<byte> codes)
    {
        Q3_K block = new() { D = d };
        for (int group = 0; group < 16; group++)
        {
            int scale = scales[group] + 32;
            block.Scales[group % 8] |= (byte)((scale & 15) << (group / 8 * 4));
            block.Scales[8 + group % 4] |= (byte)(scale >> 4 << (group / 4 * 2));
        }
        PackedCodes.PackPairs(codes, block.Qs);
        PackedCodes.PackBits(codes, 2, block.HMask);
        return block;
    }

    /// <summary>
    /// The signed 6-bit scale of a group: its low four bits are a nibble of the first eight bytes (low nibbles for groups 0 to 7, high
    /// nibbles for 8 to 15), its high two bits lie in the last four bytes.
    /// </summary>
    /// <param name="scales">The block's <see cref="Scales"/>.</param>
    /// <param name="group">0 to 15.</param>
    public static int GroupScale(ReadOnlySpan<byte> scales, int group)
    {
        int low = (scales[group % 8] >> (group / 8 * 4)) & 15;
        int high = (scales[8 + group % 4] >> (group / 4 * 2)) & 3;
        return (low | high << 4) - 32;
    }
}
