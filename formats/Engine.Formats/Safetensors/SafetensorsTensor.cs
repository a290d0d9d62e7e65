using Engine.Formats.Sources;

namespace Engine.Formats.Safetensors;

/// <summary>One tensor of a safetensors file, its elements in row-major (C) order.</summary>
public sealed class SafetensorsTensor : ITensorData
{
    private readonly ByteRange _bytes;

    internal SafetensorsTensor(SafetensorsTensorInfo info, ByteRange bytes)
    {
        Name = info.Name;
        DType = info.DType;
        Shape = info.Shape;
        _bytes = bytes;
    }

    /// <summary>Path of the file (of a sharded model: the shard) that holds the tensor.</summary>
    public string File => _bytes.Source.Name;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Element type.</summary>
    public SafetensorsDType DType { get; }

    /// <summary>Lengths of the axes, the last varies fastest; empty for a scalar. A length may be 0.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Offset of the first byte from the file's start; the format promises no alignment.</summary>
    public long Offset => _bytes.Offset;

    /// <inheritdoc/>
    public long ByteLength => _bytes.Length;

    /// <inheritdoc/>
    public nint Address => _bytes.Address;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination) => _bytes.Read(Name, offset, destination);
}
