using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 5 bits: 256 weights in 8 groups of 32, w = (d s) q - (dmin m) with 6-bit s and m per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q5_K : IBlock<Q5_K>, IOffsetSuperBlock<Q5_K>
{
    /// <summary>Scale of the scales, FP16.</summary>
    public ushort D;

    /// <summary>Scale of the minimums, FP16.</summary>
    public ushort DMin;

    /// <summary>6-bit s and m of 8 groups; see <see cref="KScales.Get"/>.</summary>
    public Array12<byte> Scales;

    /// <summary>Bit g of byte l is bit 4 of q of weight l in group g.</summary>
    public Array32<byte> Qh;

    /// <summary>Low bits of q: each 32 bytes hold one group in their low nibbles and the next in their high ones.</summary>
    public Array128<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q5_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q5_K block) => Fp16.IsFinite(block.D) & Fp16.IsFinite(block.DMin);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q5_K block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        float dMin = Fp16.ToSingle(block.DMin);
        ReadOnlySpan<byte> qh = block.Qh;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int group = 0; group < 8; group++)
        {
            (int s, int m) = KScales.Get(block.Scales, group);
            float scale = d * s;
            float min = dMin * m;
            for (int l = 0; l < 32; l++)
            {
                int low = (qs[group / 2 * 32 + l] >> (group % 2 * 4)) & 15;
                int high = (qh[l] >> group) & 1;
                values[group * 32 + l] = scale * (low | high << 4) - min;
            }
        }
    }

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int HighestCode => 31;

    /// <inheritdoc/>
    public static int HighestScale => 63;

    /// <inheritdoc/>
    public static Q5_K Pack(
        ushort d, ushort dMin, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minimums, ReadOnlySpan<byte> codes)
    {
        Q5_K block = new() { D = d, DMin = dMin };
        KScales.Pack(scales, minimums, block.Scales);
        PackedCodes.PackNibbles(codes, 32, block.Qs);
        PackedCodes.PackBits(codes, 4, block.Qh);
        return block;
    }
}
