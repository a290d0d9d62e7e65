using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>The bytes that a <see cref="GgufWriter"/> would write, read where they come from.</summary>
/// <param name="name">What messages call the source.</param>
/// <param name="header">The header, padded to where the tensors begin.</param>
/// <param name="tensors">Tensors with the position of their first byte, ascending.</param>
/// <param name="length">Bytes of the whole file.</param>
internal sealed class GgufWriterSource(string name, byte[] header, (long Start, ITensorData Data)[] tensors, long length)
    : ByteSource(name, length)
{
    protected override int ReadSome(long offset, Span<byte> destination)
    {
        if (offset < header.Length)
        {
            int count = Math.Min(destination.Length, header.Length - (int)offset);
            header.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }
        int index = IndexAt(offset);
        (long start, ITensorData data) = tensors[index];
        long end = start + data.ByteLength;
        if (offset < end)
        {
            int count = (int)Math.Min(destination.Length, end - offset);
            data.Read(offset - start, destination[..count]);
            return count;
        }
        long next = index + 1 < tensors.Length ? tensors[index + 1].Start : Length;
        int padding = (int)Math.Min(destination.Length, next - offset);
        destination[..padding].Clear();
        return padding;
    }

    // The last tensor that begins at or before the offset.
    private int IndexAt(long offset)
    {
        int low = 0, high = tensors.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (tensors[middle].Start <= offset) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
