using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 1024 points, 2.56 bits: 256 weights, w = d (s + 1/2) / 4 sign point with a 4-bit s per 16 weights, 8 weights per point of
/// <see cref="IqGrids.IQ2_S"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ2_S : IGridBlock<IQ2_S>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Low eight bits of the point of each 8 weights.</summary>
    public Array32<byte> Qs;

    /// <summary>Bit j of byte i is set where weight 8 i + j is negative.</summary>
    public Array32<byte> Signs;

    /// <summary>High two bits of the points, four to a byte, lowest first.</summary>
    public Array8<byte> Qh;

    /// <summary>s of each 16 weights, the first in the low nibble.</summary>
    public Array8<byte> Scales;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ2_S;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ2_S block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ2_S block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<byte> signs = block.Signs;
        ReadOnlySpan<byte> qh = block.Qh;
        ReadOnlySpan<byte> scales = block.Scales;
        for (int i = 0; i < 32; i++)
        {
            float scale = d * (0.5f + ((scales[i / 4] >> (i / 2 % 2 * 4)) & 15)) * 0.25f;
            int point = qs[i] | ((qh[i / 4] >> (i % 4 * 2)) & 3) << 8;
            IqGrids.DecodeSigned(IqGrids.IQ2_S.Slice(point * 8, 8), signs[i], scale, values.Slice(i * 8, 8));
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ2_S;

    /// <inheritdoc/>
    public static int PointSize => 8;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.Free;

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static float Unit => 0.125f;

    /// <inheritdoc/>
    public static IQ2_S Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ2_S block = new() { D = d };
        signs.CopyTo(block.Signs);
        for (int i = 0; i < 32; i++)
        {
            block.Qs[i] = (byte)points[i];
            block.Qh[i / 4] |= (byte)(points[i] >> 8 << (i % 4 * 2));
        }
        IqGrids.PackNibbles(scales, block.Scales);
        return block;
    }
}
