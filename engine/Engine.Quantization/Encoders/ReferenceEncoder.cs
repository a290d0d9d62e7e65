using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>ggml's plain rounding, block by block, whatever the importance.</summary>
internal sealed class ReferenceEncoder(QuantTypeInfo type) : RowEncoder
{
    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks) => type.Encode(row, blocks);
}
