using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits with an offset: 32 weights, w = q d + m.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q4_1 : IBlock<Q4_1>
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
}
