using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits with the levels of <see cref="IQ4_NL"/>: 256 weights in 8 groups of 32, w = d s level(q) with a 6-bit signed s per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ4_XS : IScaledSuperBlock<IQ4_XS>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>High two bits of s + 32 of group g at bit 2 g.</summary>
    public ushort ScalesHigh;

    /// <summary>Low four bits of s + 32, two groups to a byte, the first in the low nibble.</summary>
    public Array4<byte> ScalesLow;

    /// <summary>q: of each 16 bytes, byte j holds weight j of a group in its low nibble and weight j + 16 in its high one.</summary>
    public Array128<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ4_XS;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ4_XS block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ4_XS block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> scalesLow = block.ScalesLow;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int group = 0; group < 8; group++)
        {
            int low = (scalesLow[group / 2] >> (group % 2 * 4)) & 15;
            int high = (block.ScalesHigh >> (group * 2)) & 3;
            float scale = d * ((low | high << 4) - 32);
            for (int j = 0; j < 16; j++)
            {
                byte pair = qs[group * 16 + j];
                values[group * 32 + j] = scale * IQ4_NL.Levels[pair & 15];
                values[group * 32 + j + 16] = scale * IQ4_NL.Levels[pair >> 4];
            }
        }
    }

    /// <inheritdoc/>
    public static int GroupSize => 32;

    /// <inheritdoc/>
    public static int LowestCode => IQ4_NL.LowestCode;

    /// <inheritdoc/>
    public static int HighestCode => IQ4_NL.HighestCode;

    /// <inheritdoc/>
    public static int ScaleReach => 32;

    /// <inheritdoc/>
    public static IQ4_XS Pack(ushort d, ReadOnlySpan<sbyte> scales, ReadOnlySpan<byte> codes)
    {
        IQ4_XS block = new() { D = d };
        Span<byte> qs = block.Qs;
        for (int group = 0; group < 8; group++)
        {
            int scale = scales[group] + ScaleReach;
            block.ScalesLow[group / 2] |= (byte)((scale & 15) << (group % 2 * 4));
            block.ScalesHigh |= (ushort)(scale >> 4 << (group * 2));
            PackedCodes.PackHalves(codes.Slice(group * 32, 32), qs.Slice(group * 16, 16));
        }
        return block;
    }
}
