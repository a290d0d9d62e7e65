using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>One tensor of a GGUF file.</summary>
public sealed class GgufTensor : ITensor
{
    private readonly ByteRange _bytes;

    internal GgufTensor(GgufTensorInfo info, ByteRange bytes)
    {
        Name = info.Name;
        Type = info.Type;
        Shape = info.Shape;
        _bytes = bytes;
    }

    /// <summary>Path of the file (of a split model: the part) that holds the tensor.</summary>
    public string File => _bytes.Source.Name;

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>How the elements are encoded.</summary>
    public QuantTypeInfo Type { get; }

    /// <summary>Lengths of the 1 to 4 axes in GGML's order: the first is the row length, the last varies slowest.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of rows: the product of all lengths but the first.</summary>
    public long Rows => Elements / Shape[0];

    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Offset of the first byte from the file's start.</summary>
    public long Offset => _bytes.Offset;

    /// <inheritdoc/>
    public long ByteLength => _bytes.Length;

    /// <inheritdoc/>
    public nint Address => _bytes.Address;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination) => _bytes.Read(Name, offset, destination);
}
