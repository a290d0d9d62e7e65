using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 8 bits, symmetric: 32 weights, w = q d.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Q8_0 : IEncodableBlock<Q8_0>, IScaledBlock<Q8_0>
{
    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>q, in order.</summary>
    public Array32<sbyte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.Q8_0;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly Q8_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly Q8_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<sbyte> qs = block.Qs;
        for (int j = 0; j < 32; j++)
            values[j] = qs[j] * d;
    }

    /// <inheritdoc/>
    public static int LowestCode => -127;

    /// <inheritdoc/>
    public static int HighestCode => 127;

    /// <inheritdoc/>
    public static Q8_0 Pack(ushort d, ReadOnlySpan<byte> codes)
    {
        Q8_0 block = new() { D = d };
        for (int j = 0; j < 32; j++) block.Qs[j] = (sbyte)(codes[j] - 127);
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>d = largest magnitude / 127; codes rounded half away from zero.</remarks>
    public static Q8_0 Encode(ReadOnlySpan<float> values)
    {
        float d = MathF.Abs(ValueRange.Extreme(values[..32])) / 127;
        float inverse = ValueRange.Inverse(d);
        Q8_0 block = new() { D = Fp16.FromSingle(d) };
        for (int j = 0; j < 32; j++)
            block.Qs[j] = (sbyte)ValueRange.Round(values[j] * inverse, -127, 127);
        return block;
    }
}
