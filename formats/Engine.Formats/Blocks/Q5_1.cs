using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 5 bits with an offset: 32 weights, w = q d + m.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q5_1 : IEncodableBlock<Q5_1>, IOffsetBlock<Q5_1>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Offset, FP16.</summary>
    public ushort M;

    /// <summary>Bit j is bit 4 of weight j's q.</summary>
    public uint Qh;

    /// <summary>Low bits of q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q5_1;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q5_1 block) => Fp16.IsFinite(block.D) & Fp16.IsFinite(block.M);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q5_1 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        float m = Fp16.ToSingle(block.M);
        uint qh = block.Qh;
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            int low = (qs[j] & 15) | (int)((qh >> j) & 1) << 4;
            int high = (qs[j] >> 4) | (int)((qh >> (j + 16)) & 1) << 4;
            values[j] = low * d + m;
            values[j + 16] = high * d + m;
        }
    }

    /// <inheritdoc/>
    public static int HighestCode => 31;

    /// <inheritdoc/>
    public static Q5_1 Pack(ushort d, ushort m, ReadOnlySpan<byte> codes)
    {
        Q5_1 block = new() { D = d, M = m };
        PackedCodes.PackHalves(codes, block.Qs);
        for (int j = 0; j < 32; j++) block.Qh |= (uint)(codes[j] >> 4) << j;
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>m = smallest value, d = (largest - smallest) / 31.</remarks>
    public static Q5_1 Encode(ReadOnlySpan<float> values)
    {
        (float smallest, float largest) = ValueRange.Of(values[..32]);
        float d = (largest - smallest) / 31;
        float inverse = ValueRange.Inverse(d);
        Span<byte> codes = stackalloc byte[32];
        for (int j = 0; j < 32; j++) codes[j] = (byte)Math.Clamp((int)((values[j] - smallest) * inverse + 0.5f), 0, 31);
        return Pack(Fp16.FromSingle(d), Fp16.FromSingle(smallest), codes);
    }
}
