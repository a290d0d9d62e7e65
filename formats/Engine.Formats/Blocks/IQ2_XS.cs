using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 512 points, 2.31 bits: 256 weights, w = d (s + 1/2) / 4 sign point with a 4-bit s per 16 weights, 8 weights per point of
/// <see cref="IqGrids.IQ2_XS"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ2_XS : IGridBlock<IQ2_XS>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Per 8 weights: the point in 9 bits, the sign pattern in 7.</summary>
    public Array32<ushort> Qs;

    /// <summary>s of each 16 weights, the first in the low nibble.</summary>
    public Array8<byte> Scales;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ2_XS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ2_XS block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ2_XS block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<ushort> qs = block.Qs;
        ReadOnlySpan<byte> scales = block.Scales;
        for (int i = 0; i < 32; i++)
        {
            float scale = d * (0.5f + ((scales[i / 4] >> (i / 2 % 2 * 4)) & 15)) * 0.25f;
            ReadOnlySpan<sbyte> point = IqGrids.IQ2_XS.Slice((qs[i] & 511) * 8, 8);
            IqGrids.DecodeSigned(point, IqGrids.Signs((uint)qs[i] >> 9), scale, values.Slice(i * 8, 8));
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ2_XS;

    /// <inheritdoc/>
    public static int PointSize => 8;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.Even;

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static float Unit => 0.125f;

    /// <inheritdoc/>
    public static IQ2_XS Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ2_XS block = new() { D = d };
        for (int i = 0; i < 32; i++) block.Qs[i] = (ushort)(points[i] | (signs[i] & 127) << 9);
        IqGrids.PackNibbles(scales, block.Scales);
        return block;
    }
}
