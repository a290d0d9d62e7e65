using Engine.Formats;

namespace Engine.Quantization.Conversion;

/// <summary>A tensor of which only the size is known: it has no bytes to read.</summary>
internal sealed class UnwrittenTensor(ITensorData source, long bytes) : ITensorData
{
    /// <inheritdoc/>
    public string File => source.File;

    /// <inheritdoc/>
    public string Name => source.Name;

    /// <inheritdoc/>
    public long ByteLength => bytes;

    /// <summary>0: there are no bytes.</summary>
    public nint Address => 0;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination) => throw new InvalidOperationException($"{Name} has not been encoded.");
}
