namespace Engine.Formats;

/// <summary>A tensor whose bytes lie in managed memory.</summary>
/// <param name="name">The tensor's name.</param>
/// <param name="content">Its bytes; they must not change while the tensor is in use.</param>
/// <param name="file">What messages call the place that the bytes come from.</param>
public sealed class MemoryTensor(string name, ReadOnlyMemory<byte> content, string file = "memory") : ITensorData
{
    /// <inheritdoc/>
    public string File => file;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public long ByteLength => content.Length;

    /// <summary>0: the garbage collector may move the bytes.</summary>
    public nint Address => 0;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteLength - destination.Length);
        content.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
