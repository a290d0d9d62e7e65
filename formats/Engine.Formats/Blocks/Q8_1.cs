using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 8 bits, symmetric, with the sum that products with offset formats need: 32 activations, x = q d. No file holds it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q8_1 : IBlock<Q8_1>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>d times the sum of q, FP16.</summary>
    public ushort S;

    /// <summary>q, in order.</summary>
    public Array32<sbyte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q8_1;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q8_1 block) => Fp16.IsFinite(block.D) & Fp16.IsFinite(block.S);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q8_1 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<sbyte> qs = block.Qs;
        for (int j = 0; j < 32; j++)
            values[j] = qs[j] * d;
    }
}
