using Engine.Formats;

namespace Engine.Models;

/// <summary>Some rows of a tensor as a tensor of their own: an expert of a stack, the queries' rows of a fused projection.</summary>
internal sealed class TensorRows(ITensorData tensor, long offset, long length) : ITensorData
{
    public string File => tensor.File;

    public string Name => tensor.Name;

    public long Start => tensor.Start + offset;

    public long ByteLength => length;

    public nint Address => tensor.Address == 0 ? 0 : (nint)(tensor.Address + offset);

    public void Read(long position, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position + destination.Length, length);
        tensor.Read(offset + position, destination);
    }
}
