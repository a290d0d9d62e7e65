using System.Runtime.InteropServices;

namespace Engine.Formats.Blocks;

/// <summary>One IEEE 754 single-precision number.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct F32 : IEncodableBlock<F32>
{
    /// <summary>The number.</summary>
    public float Value;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.F32;

    /// <inheritdoc/>
    public static int Elements => 1;

    /// <inheritdoc/>
    public static void Decode(ref readonly F32 block, Span<float> values) => values[0] = block.Value;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly F32 block) => float.IsFinite(block.Value);

    /// <inheritdoc/>
    public static void DecodeAll(ReadOnlySpan<F32> blocks, Span<float> values)
        => MemoryMarshal.Cast<F32, float>(blocks).CopyTo(values);

    /// <inheritdoc/>
    public static int FirstInvalid(ReadOnlySpan<F32> blocks)
        => FiniteScan.FirstNonFinite(MemoryMarshal.Cast<F32, uint>(blocks), 0x7F800000u);

    /// <inheritdoc/>
    public static F32 Encode(ReadOnlySpan<float> values) => new() { Value = values[0] };

    /// <inheritdoc/>
    public static void EncodeAll(ReadOnlySpan<float> values, Span<F32> blocks)
        => values[..blocks.Length].CopyTo(MemoryMarshal.Cast<F32, float>(blocks));
}
