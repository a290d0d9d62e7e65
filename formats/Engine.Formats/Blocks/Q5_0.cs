using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 5 bits, symmetric: 32 weights, w = (q - 16) d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q5_0 : IEncodableBlock<Q5_0>, IScaledBlock<Q5_0>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Bit j is bit 4 of weight j's q.</summary>
    public uint Qh;

    /// <summary>Low bits of q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q5_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q5_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q5_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        uint qh = block.Qh;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            int low = (qs[j] & 15) | (int)((qh >> j) & 1) << 4;
            int high = (qs[j] >> 4) | (int)((qh >> (j + 16)) & 1) << 4;
            values[j] = (low - 16) * d;
            values[j + 16] = (high - 16) * d;
        }
    }

    /// <inheritdoc/>
    public static int LowestCode => -16;

    /// <inheritdoc/>
    public static int HighestCode => 15;

    /// <inheritdoc/>
    public static Q5_0 Pack(ushort d, ReadOnlySpan<byte> codes)
    {
        Q5_0 block = new() { D = d };
        PackedCodes.PackHalves(codes, block.Qs);
        for (int j = 0; j < 32; j++) block.Qh |= (uint)(codes[j] >> 4) << j;
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>As <see cref="Q4_0.Encode"/>: the value of largest magnitude becomes code 0, d = that value / -16.</remarks>
    public static Q5_0 Encode(ReadOnlySpan<float> values)
    {
        float d = ValueRange.Extreme(values[..32]) / -16;
        float inverse = ValueRange.Inverse(d);
        Span<byte> codes = stackalloc byte[32];
        for (int j = 0; j < 32; j++) codes[j] = (byte)Math.Clamp((int)(values[j] * inverse + 16.5f), 0, 31);
        return Pack(Fp16.FromSingle(d), codes);
    }
}
