using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>One bfloat16 number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct BF16 : IEncodableBlock<BF16>
{
    /// <summary>The number's bits.</summary>
    public ushort Bits;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.BF16;

    /// <inheritdoc/>
    public static int Elements => 1;

    /// <inheritdoc/>
    public static void Decode(ref readonly BF16 block, Span<float> values) => values[0] = Bf16.ToSingle(block.Bits);

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly BF16 block) => Bf16.IsFinite(block.Bits);

    /// <inheritdoc/>
    public static void DecodeAll(ReadOnlySpan<BF16> blocks, Span<float> values)
        => Bf16.ToSingle(MemoryMarshal.Cast<BF16, ushort>(blocks), values);

    /// <inheritdoc/>
    public static int FirstInvalid(ReadOnlySpan<BF16> blocks)
        => FiniteScan.FirstNonFinite(MemoryMarshal.Cast<BF16, ushort>(blocks), (ushort)0x7F80);

    /// <inheritdoc/>
    public static BF16 Encode(ReadOnlySpan<float> values) => new() { Bits = Bf16.FromSingle(values[0]) };

    /// <inheritdoc/>
    public static void EncodeAll(ReadOnlySpan<float> values, Span<BF16> blocks)
        => Bf16.FromSingle(values[..blocks.Length], MemoryMarshal.Cast<BF16, ushort>(blocks));
}
