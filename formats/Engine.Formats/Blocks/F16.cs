using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>One IEEE 754 half-precision number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct F16 : IEncodableBlock<F16>
{
    /// <summary>The number's bits.</summary>
    public ushort Bits;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.F16;

    /// <inheritdoc/>
    public static int Elements => 1;

    /// <inheritdoc/>
    public static void Decode(ref readonly F16 block, Span<float> values) => values[0] = Fp16.ToSingle(block.Bits);

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly F16 block) => Fp16.IsFinite(block.Bits);

    /// <inheritdoc/>
    public static void DecodeAll(ReadOnlySpan<F16> blocks, Span<float> values)
        => Fp16.ToSingle(MemoryMarshal.Cast<F16, ushort>(blocks), values);

    /// <inheritdoc/>
    public static int FirstInvalid(ReadOnlySpan<F16> blocks)
        => FiniteScan.FirstNonFinite(MemoryMarshal.Cast<F16, ushort>(blocks), (ushort)0x7C00);

    /// <inheritdoc/>
    public static F16 Encode(ReadOnlySpan<float> values) => new() { Bits = Fp16.FromSingle(values[0]) };

    /// <inheritdoc/>
    public static void EncodeAll(ReadOnlySpan<float> values, Span<F16> blocks)
        => Fp16.FromSingle(values[..blocks.Length], MemoryMarshal.Cast<F16, ushort>(blocks));
}
