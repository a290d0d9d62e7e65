using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Ternary in 2 bits: 256 weights, w = (q - 1) d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct TQ2_0 : IEncodableBlock<TQ2_0>
{
    /// <summary>q: byte l of each 32 holds weights l, l + 32, l + 64 and l + 96 of its 128, lowest bits first.</summary>
    public Array64<byte> Qs;

    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.TQ2_0;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly TQ2_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly TQ2_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int run = 0; run < 8; run++)
        {
            ReadOnlySpan<byte> bytes = qs.Slice(run / 4 * 32, 32);
            int shift = run % 4 * 2;
            for (int l = 0; l < 32; l++)
                values[run * 32 + l] = (((bytes[l] >> shift) & 3) - 1) * d;
        }
    }

    /// <inheritdoc/>
    /// <remarks>d = largest magnitude; codes rounded half away from zero.</remarks>
    public static TQ2_0 Encode(ReadOnlySpan<float> values)
    {
        float d = MathF.Abs(ValueRange.Extreme(values[..256]));
        float inverse = ValueRange.Inverse(d);
        TQ2_0 block = new() { D = Fp16.FromSingle(d) };
        for (int i = 0; i < 256; i++)
            block.Qs[i / 128 * 32 + i % 32] |= (byte)(ValueRange.Round(values[i] * inverse, -1, 1) + 1 << (i / 32 % 4 * 2));
        return block;
    }
}
