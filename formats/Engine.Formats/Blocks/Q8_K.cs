using System.Runtime.InteropServices;

namespace Engine.Formats.Blocks;

/// <summary>
/// 8 bits, symmetric, with sums: 256 activations, x = q d. No file holds it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q8_K : IBlock<Q8_K>
{
    /// <summary>Scale.</summary>
    public float D;

    /// <summary>q, in order.</summary>
    public Array256<sbyte> Qs;

    /// <summary>Sum of each 16 q in turn.</summary>
    public Array16<short> Sums;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q8_K;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q8_K block) => float.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q8_K block, Span<float> values)
    {
        ReadOnlySpan<sbyte> qs = block.Qs;
        for (int j = 0; j < 256; j++)
            values[j] = block.D * qs[j];
    }
}
