using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 6 bits: 256 weights in 16 groups of 16, w = (d s) (q - 32) with an 8-bit signed s per group.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q6_K : IBlock<Q6_K>
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
        for (int i = 0; i < 256; i++)
        {
            int half = i / 128;
            int low = (ql[half * 64 + i % 64] >> (i % 128 / 64 * 4)) & 15;
            int high = (qh[half * 32 + i % 32] >> (i % 128 / 32 * 2)) & 3;
            values[i] = d * scales[i / 16] * ((low | high << 4) - 32);
        }
    }
}
