using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 256 points, 2.06 bits: 256 weights in 8 groups of 32, w = d (s + 1/2) / 4 sign point with a 4-bit s per group, 8 weights per
/// point of <see cref="IqGrids.IQ2_XXS"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ2_XXS : IGridBlock<IQ2_XXS>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Per group: a byte with the point of each 8 weights, then a word with four 7-bit sign patterns and s at bit 28.</summary>
    public Array64<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ2_XXS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ2_XXS block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ2_XXS block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int group = 0; group < 8; group++)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(qs[(group * 8 + 4)..]);
            float scale = d * (0.5f + (word >> 28)) * 0.25f;
            for (int l = 0; l < 4; l++)
            {
                ReadOnlySpan<sbyte> point = IqGrids.IQ2_XXS.Slice(qs[group * 8 + l] * 8, 8);
                IqGrids.DecodeSigned(point, IqGrids.Signs(word >> (7 * l)), scale, values.Slice(group * 32 + l * 8, 8));
            }
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ2_XXS;

    /// <inheritdoc/>
    public static int PointSize => 8;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.Even;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static float Unit => 0.125f;

    /// <inheritdoc/>
    public static IQ2_XXS Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ2_XXS block = new() { D = d };
        Span<byte> qs = block.Qs;
        for (int group = 0; group < 8; group++)
        {
            uint word = (uint)scales[group] << 28;
            for (int l = 0; l < 4; l++)
            {
                qs[group * 8 + l] = (byte)points[group * 4 + l];
                word |= (signs[group * 4 + l] & 127u) << (7 * l);
            }
            BinaryPrimitives.WriteUInt32LittleEndian(qs[(group * 8 + 4)..], word);
        }
        return block;
    }
}
