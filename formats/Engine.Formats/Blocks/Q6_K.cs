using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 6 bits: 256 weights in 16 groups of 16, w = (d s) (q - 32) with an 8-bit signed s per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q6_K : IBlock<Q6_K>, IScaledSuperBlock<Q6_K>
{
    /// <summary>Low four bits of q: of each 128 weights, 64 bytes hold the first 64 in low nibbles and the rest in high ones.</summary>
    public Array128<byte> Ql;

    /// <summary>High two bits of q: byte l of each 32 holds weights l, l + 32, l + 64 and l + 96 of its 128, lowest bits first.</summary>
    public Array64<byte> Qh;

    /// <summary>s of each group.</summary>
    public Array16<sbyte> Scales;

    /// <summary>Scale of the scales, FP16.</summary>
    public ushort D;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q6_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q6_K block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q6_K block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> ql = block.Ql;
        ReadOnlySpan<byte> qh = block.Qh;
        ReadOnlySpan<sbyte> scales = block.Scales;
        for (int group = 0; group < 16; group++)
        {
            float scale = d * scales[group];
            ReadOnlySpan<byte> lowBits = ql.Slice(group / 8 * 64 + group % 4 * 16, 16);
            ReadOnlySpan<byte> highBits = qh.Slice(group / 8 * 32 + group % 2 * 16, 16);
            int lowShift = group / 4 % 2 * 4;
            int highShift = group / 2 % 4 * 2;
            for (int l = 0; l < 16; l++)
            {
                int q = ((lowBits[l] >> lowShift) & 15) | ((highBits[l] >> highShift) & 3) << 4;
                values[group * 16 + l] = scale * (q - 32);
            }
        }
    }

    /// <inheritdoc/>
    public static int GroupSize => 16;

    /// <inheritdoc/>
    public static int LowestCode => -32;

    /// <inheritdoc/>
    public static int HighestCode => 31;

    /// <inheritdoc/>
    public static int ScaleReach => 128;

    /// <inheritdoc/>
    public static Q6_K Pack(ushort d, ReadOnlySpan<sbyte> scales, ReadOnlySpan<byte> codes)
    {
        Q6_K block = new() { D = d };
        scales[..16].CopyTo(block.Scales);
        PackedCodes.PackNibbles(codes, 64, block.Ql);
        PackedCodes.PackPairs(codes, block.Qh, from: 4);
        return block;
    }
}
