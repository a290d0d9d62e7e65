using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 2048 ternary points, 1.56 bits: 256 weights in 8 groups of 32, w = d (2 s + 1) (point + delta) with a 3-bit s and a delta
/// of 1/8 or -1/8 per group, 8 weights per point of <see cref="IqGrids.IQ1"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ1_S : IGridBlock<IQ1_S>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Low eight bits of the point of each 8 weights.</summary>
    public Array32<byte> Qs;

    /// <summary>Per group: high three bits of its point l at bit 3 l, s at bit 12, bit 15 set for a delta of -1/8.</summary>
    public Array8<ushort> Qh;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ1_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ1_S block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ1_S block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<ushort> qh = block.Qh;
        for (int group = 0; group < 8; group++)
        {
            float scale = d * (2 * ((qh[group] >> 12) & 7) + 1);
            float delta = qh[group] >> 15 != 0 ? -IqGrids.IQ1Delta : IqGrids.IQ1Delta;
            for (int l = 0; l < 4; l++)
            {
                int point = qs[group * 4 + l] | ((qh[group] >> (3 * l)) & 7) << 8;
                IqGrids.DecodeShifted(IqGrids.IQ1.Slice(point * 8, 8), delta, scale, values.Slice(group * 32 + l * 8, 8));
            }
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ1;

    /// <inheritdoc/>
    public static int PointSize => 8;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.DeltaOfGroup;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int HighestScale => 7;

    /// <inheritdoc/>
    public static float Unit => 1;

    /// <inheritdoc/>
    public static IQ1_S Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ1_S block = new() { D = d };
        for (int group = 0; group < 8; group++)
        {
            int high = scales[group] << 12 | signs[group * 4] << 15;
            for (int l = 0; l < 4; l++)
            {
                int point = points[group * 4 + l];
                block.Qs[group * 4 + l] = (byte)point;
                high |= point >> 8 << (3 * l);
            }
            block.Qh[group] = (ushort)high;
        }
        return block;
    }
}
