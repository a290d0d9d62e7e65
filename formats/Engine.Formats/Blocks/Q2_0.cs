using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 2 bits: 64 weights, w = (q - 1) d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q2_0 : IEncodableBlock<Q2_0>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>q, four to a byte, lowest bits first.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q2_0;

    /// <inheritdoc/>
    public static int Elements => 64;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q2_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q2_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 64; j++)
        {
            int q = (qs[j / 4] >> (j % 4 * 2)) & 3;
            values[j] = (q - 1) * d;
        }
    }

    /// <inheritdoc/>
    /// <remarks>d = largest magnitude, so that code 3, which is 2 d, stays unused.</remarks>
    public static Q2_0 Encode(ReadOnlySpan<float> values)
    {
        float d = MathF.Abs(ValueRange.Extreme(values[..64]));
        float inverse = ValueRange.Inverse(d);
        Q2_0 block = new() { D = Fp16.FromSingle(d) };
        for (int j = 0; j < 64; j++)
            block.Qs[j / 4] |= (byte)(ValueRange.Round(values[j] * inverse, -1, 2) + 1 << (j % 4 * 2));
        return block;
    }
}
