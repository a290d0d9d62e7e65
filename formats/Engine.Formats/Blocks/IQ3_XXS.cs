using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Codebook of 256 points, 3.06 bits: 256 weights in 8 groups of 32, w = d (s + 1/2) / 2 sign point with a 4-bit s per group, 4 weights per
/// point of <see cref="IqGrids.IQ3_XXS"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ3_XXS : IGridBlock<IQ3_XXS>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>The point of each 4 weights.</summary>
    public Array64<byte> Qs;

    /// <summary>Per group: four 7-bit sign patterns, one per 8 weights, and s at bit 28.</summary>
    public Array8<uint> SignsAndScales;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ3_XXS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ3_XXS block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ3_XXS block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<uint> words = block.SignsAndScales;
        for (int i = 0; i < 64; i++)
        {
            uint word = words[i / 8];
            float scale = d * (0.5f + (word >> 28)) * 0.5f;
            int signs = IqGrids.Signs(word >> (i / 2 % 4 * 7)) >> (i % 2 * 4);
            IqGrids.DecodeSigned(IqGrids.IQ3_XXS.Slice(qs[i] * 4, 4), signs, scale, values.Slice(i * 4, 4));
        }
    }

    /// <inheritdoc/>
    public static ReadOnlySpan<sbyte> Grid => IqGrids.IQ3_XXS;

    /// <inheritdoc/>
    public static int PointSize => 4;

    /// <inheritdoc/>
    public static GridSigns SignRule => GridSigns.Even;

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int HighestScale => 15;

    /// <inheritdoc/>
    public static float Unit => 0.25f;

    /// <inheritdoc/>
    public static IQ3_XXS Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs)
    {
        IQ3_XXS block = new() { D = d };
        for (int i = 0; i < 64; i++) block.Qs[i] = (byte)points[i];
        for (int i = 0; i < 8; i++) block.SignsAndScales[i] = (uint)scales[i] << 28;
        for (int i = 0; i < 32; i++)
            block.SignsAndScales[i / 4] |= ((uint)(signs[2 * i] | signs[2 * i + 1] << 4) & 127) << (i % 4 * 7);
        return block;
    }
}
