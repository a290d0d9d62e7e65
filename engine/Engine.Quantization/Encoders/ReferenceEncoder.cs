using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>ggml's plain rounding, block by block, whatever the importance.</summary>
internal sealed class ReferenceEncoder(QuantTypeInfo type) : RowEncoder(type)
{
    private readonly QuantTypeInfo _type = type;

    /// <inheritdoc/>
    private protected override void EncodeRow(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks) =>
        _type.Encode(row, blocks);
}
