using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits, symmetric: 32 weights, w = (q - 8) d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q4_0 : IEncodableBlock<Q4_0>, IScaledBlock<Q4_0>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q4_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q4_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q4_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            values[j] = ((qs[j] & 15) - 8) * d;
            values[j + 16] = ((qs[j] >> 4) - 8) * d;
        }
    }

    /// <inheritdoc/>
    public static int LowestCode => -8;

    /// <inheritdoc/>
    public static int HighestCode => 7;

    /// <inheritdoc/>
    public static Q4_0 Pack(ushort d, ReadOnlySpan<byte> codes)
    {
        Q4_0 block = new() { D = d };
        PackedCodes.PackHalves(codes, block.Qs);
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>The value of largest magnitude, whatever its sign, becomes code 0, which reaches furthest: d = that value / -8.</remarks>
    public static Q4_0 Encode(ReadOnlySpan<float> values)
    {
        float d = ValueRange.Extreme(values[..32]) / -8;
        float inverse = ValueRange.Inverse(d);
        Q4_0 block = new() { D = Fp16.FromSingle(d) };
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(Code(values[j] * inverse) | Code(values[j + 16] * inverse) << 4);
        return block;

        static int Code(float scaled) => Math.Clamp((int)(scaled + 8.5f), 0, 15);
    }
}
