namespace Engine.Formats.Sources;

/// <summary>A file's content held in memory.</summary>
internal sealed class MemorySource(string name, ReadOnlyMemory<byte> content) : ByteSource(name, content.Length)
{
    protected override int ReadSome(long offset, Span<byte> destination)
    {
        ReadOnlySpan<byte> rest = content.Span[(int)offset..];
        int count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }
}
