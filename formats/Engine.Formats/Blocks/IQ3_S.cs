using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 512 points, 3.44 bits: 256 weights in 8 groups of 32, w = d (2 s + 1) sign point with a 4-bit s per group, 4 weights per
/// point of <see cref="IqGrids.IQ3_S"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ3_S : IGridBlock<IQ3_S>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Low eight bits of the point of each 4 weights.</summary>
    public Array64<byte> Qs;

    /// <summary>Ninth bits of the points, eight to a byte, lowest first.</summary>
    public Array8<byte> Qh;

    /// <summary>Bit j of byte i is set where weight 8 i + j is negative.</summary>
    public Array32<byte> Signs;

    /// <summary>s of each group, the first in the low nibble.</summary>
    public Array4<byte> Scales;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ3_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ3_S block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ3_S block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<byte> qh = block.Qh;
        ReadOnlySpan<byte> signs = block.Signs;
        ReadOnlySpan<byte> scales = block.Scales;
        for (int i = 0; i < 64; i++)
        {
            int group = i / 8;
            float scale = d * (1 + 2 * ((scales[group / 2] >> (group % 2 * 4)) & 15));
            int point = qs[i] | ((qh[group] >> (i % 8)) & 1) << 8;
            IqGrids.DecodeSigned(IqGrids.IQ3_S.Slice(point * 4, 4), signs[i / 2] >> (i % 2 * 4), scale, values.Slice(i * 4, 4));
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ3_S;

    /// <inheritdoc/>
    public static int PointSize => 4;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.Free;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static float Unit => 1;

    /// <inheritdoc/>
    public static IQ3_S Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ3_S block = new() { D = d };
        for (int i = 0; i < 64; i++)
        {
            block.Qs[i] = (byte)points[i];
            block.Qh[i / 8] |= (byte)(points[i] >> 8 << (i % 8));
            block.Signs[i / 2] |= (byte)(signs[i] << (i % 2 * 4));
        }
        IqGrids.PackNibbles(scales, block.Scales);
        return block;
    }
}
