namespace Engine.Formats.Sources;

/// <summary>Random access to bytes of known length: the reader's only view of a file, so that a model in memory reads alike.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>Path or name, for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Bytes when it was opened. Every length and offset is checked against this.</summary>
    public long Length { get; } = length;

    /// <summary>Address of the first byte where the source is mapped, else 0.</summary>
    public virtual nint Address => 0;

    /// <summary>Fills the destination from the offset on, or throws: never leaves part of it unread.</summary>
    /// <param name="offset">Within the source.</param>
    /// <param name="destination">Its length plus the offset is at most <see cref="Length"/>.</param>
    /// <param name="item">What is read, for the message.</param>
    public void Read(long offset, Span<byte> destination, string? item)
    {
        while (!destination.IsEmpty)
        {
            int count = ReadSome(offset, destination);
            if (count == 0)
            {
                throw new ModelFormatException(
                    Name, item, $"the end of the file at byte {offset}", $"{Length} bytes, as many as when the file was opened");
            }
            offset += count;
            destination = destination[count..];
        }
    }

    public virtual void Dispose()
    {
    }

    /// <summary>Copies at least one byte, or returns 0 at the end.</summary>
    protected abstract int ReadSome(long offset, Span<byte> destination);
}
