using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 1 bit: 128 weights, w = d where the bit is set, else -d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q1_0 : IEncodableBlock<Q1_0>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>The bits, lowest first.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q1_0;

    /// <inheritdoc/>
    public static int Elements => 128;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q1_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q1_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 128; j++)
        {
            int bit = (qs[j / 8] >> (j % 8)) & 1;
            values[j] = bit != 0 ? d : -d;
        }
    }

    /// <inheritdoc/>
    /// <remarks>d = mean magnitude; zeros count as positive.</remarks>
    public static Q1_0 Encode(ReadOnlySpan<float> values)
    {
        float sum = 0;
        Q1_0 block = default;
        for (int j = 0; j < 128; j++)
        {
            sum += MathF.Abs(values[j]);
            if (values[j] >= 0) block.Qs[j / 8] |= (byte)(1 << (j % 8));
        }
        block.D = Fp16.FromSingle(sum / 128);
        return block;
    }
}
