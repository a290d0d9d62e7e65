using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 2048 ternary points, 1.75 bits: 256 weights, w = d (2 s + 1) (point + delta) with a 3-bit s per 16 weights, and 8 weights
/// per point of <see cref="IqGrids.IQ1"/> with a delta of its own, 1/8 or -1/8.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ1_M : IGridBlock<IQ1_M>
{
    /// <summary>Low eight bits of the point of each 8 weights.</summary>
    public Array32<byte> Qs;

    /// <summary>A nibble per point, the first in the low one: three high bits, then the bit that is set for a delta of -1/8.</summary>
    public Array16<byte> Qh;

    /// <summary>s of each 16 weights at bit 3 (g mod 4) of word g / 4; the top nibbles together are <see cref="D"/>.</summary>
    public Array4<ushort> Scales;

    /// <summary>Scale, FP16, put together from the top nibbles of <see cref="Scales"/>, lowest first.</summary>
    public readonly ushort D => (ushort)(Scales[0] >> 12 | Scales[1] >> 12 << 4 | Scales[2] >> 12 << 8 | Scales[3] >> 12 << 12);

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ1_M;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ1_M block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ1_M block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<byte> qh = block.Qh;
        ReadOnlySpan<ushort> scales = block.Scales;
        for (int i = 0; i < 32; i++)
        {
            int group = i / 2;
            float scale = d * (2 * ((scales[group / 4] >> (group % 4 * 3)) & 7) + 1);
            int high = qh[i / 2] >> (i % 2 * 4);
            int point = qs[i] | (high & 7) << 8;
            float delta = (high & 8) != 0 ? -IqGrids.IQ1Delta : IqGrids.IQ1Delta;
            IqGrids.DecodeShifted(IqGrids.IQ1.Slice(point * 8, 8), delta, scale, values.Slice(i * 8, 8));
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ1;

    /// <inheritdoc/>
    public static int PointSize => 8;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.DeltaOfPoint;

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int HighestScale => 7;

    /// <inheritdoc/>
    public static float Unit => 1;

    /// <inheritdoc/>
    public static IQ1_M Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ1_M block = default;
        for (int i = 0; i < 32; i++)
        {
            block.Qs[i] = (byte)points[i];
            block.Qh[i / 2] |= (byte)((points[i] >> 8 | signs[i] << 3) << (i % 2 * 4));
        }
        for (int group = 0; group < 16; group++) block.Scales[group / 4] |= (ushort)(scales[group] << (group % 4 * 3));
        for (int i = 0; i < 4; i++) block.Scales[i] |= (ushort)(d >> (4 * i) << 12);
        return block;
    }
}
