using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits with an offset: 32 weights, w = q d + m.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q4_1 : IEncodableBlock<Q4_1>, IOffsetBlock<Q4_1>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>Offset, FP16.</summary>
    public ushort M;

    /// <summary>q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q4_1;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q4_1 block) => Fp16.IsFinite(block.D) & Fp16.IsFinite(block.M);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q4_1 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        float m = Fp16.ToSingle(block.M);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            values[j] = (qs[j] & 15) * d + m;
            values[j + 16] = (qs[j] >> 4) * d + m;
        }
    }

    /// <inheritdoc/>
    public static int HighestCode => 15;

    /// <inheritdoc/>
    public static Q4_1 Pack(ushort d, ushort m, ReadOnlySpan<byte> codes)
    {
        Q4_1 block = new() { D = d, M = m };
        PackedCodes.PackHalves(codes, block.Qs);
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>m = smallest value, d = (largest - smallest) / 15.</remarks>
    public static Q4_1 Encode(ReadOnlySpan<float> values)
    {
        (float smallest, float largest) = ValueRange.Of(values[..32]);
        float d = (largest - smallest) / 15;
        float inverse = ValueRange.Inverse(d);
        Q4_1 block = new() { D = Fp16.FromSingle(d), M = Fp16.FromSingle(smallest) };
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(Code((values[j] - smallest) * inverse) | Code((values[j + 16] - smallest) * inverse) << 4);
        return block;

        static int Code(float scaled) => Math.Clamp((int)(scaled + 0.5f), 0, 15);
    }
}
