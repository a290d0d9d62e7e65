using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 2 bits: 256 weights in 16 groups of 16, w = (d s) q - (dmin m) with 4-bit s and m per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q2_K : IBlock<Q2_K>, IOffsetSuperBlock<Q2_K>
{
    /// <summary>Group g: s in the low nibble of byte g, m in its high nibble.</summary>
    public Array16<byte> Scales;

    /// <summary>q: byte l of each 32 holds weights l, l + 32, l + 64 and l + 96 of its 128, lowest bits first.</summary>
    public Array64<byte> Qs;

    /// <summary>Scale of the scales, FP16.</summary>
    public ushort D;

    /// <summary>Scale of the minimums, FP16.</summary>
    public ushort DMin;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q2_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q2_K block) => Fp16.IsFinite(block.D) & Fp16.IsFinite(block.DMin);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q2_K block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        float dMin = Fp16.ToSingle(block.DMin);
        ReadOnlySpan<byte> scales = block.Scales;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int group = 0; group < 16; group++)
        {
            float scale = d * (scales[group] & 15);
            float min = dMin * (scales[group] >> 4);
            ReadOnlySpan<byte> bytes = qs.Slice(group / 8 * 32 + group % 2 * 16, 16);
            int shift = group / 2 % 4 * 2;
            for (int l = 0; l < 16; l++)
                values[group * 16 + l] = scale * ((bytes[l] >> shift) & 3) - min;
        }
    }

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int HighestCode => 3;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static Q2_K Pack(
        ushort d, ushort dMin, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minimums, ReadOnlySpan<byte> codes)
    {
        Q2_K block = new() { D = d, DMin = dMin };
        for (int group = 0; group < 16; group++) block.Scales[group] = (byte)(scales[group] | minimums[group] << 4);
        PackedCodes.PackPairs(codes, block.Qs);
        return block;
    }
}
