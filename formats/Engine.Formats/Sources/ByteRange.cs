namespace Engine.Formats.Sources;

/// <summary>Where one tensor's bytes lie.</summary>
/// <param name="Source">The file.</param>
/// <param name="Offset">First byte, from the file's start.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ByteRange(ByteSource Source, long Offset, long Length)
{
    public nint Address => Source.Address == 0 ? 0 : Source.Address + (nint)Offset;

    public void Read(string name, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        Source.Read(Offset + offset, destination, name);
    }
}
