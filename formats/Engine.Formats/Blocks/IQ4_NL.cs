using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits with non-linear levels: 32 weights, w = d level(q).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ4_NL : IBlock<IQ4_NL>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ4_NL;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ4_NL block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ4_NL block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            values[j] = d * Levels[qs[j] & 15];
            values[j + 16] = d * Levels[qs[j] >> 4];
        }
    }

    /// <summary>The 16 levels, ascending; <see cref="IQ4_XS"/> uses them too.</summary>
    public static ReadOnlySpan<sbyte> Levels => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
}
