using System.Text;

namespace Engine.Formats.Gguf;

/// <summary>
/// Writes GGUF files: metadata and tensors in the order in which they are added, so that a file which is read and written again keeps
/// its bytes. Adding checks what it is given; a file that this class wrote opens.
/// </summary>
/// <param name="version">Version of the format, 2 or 3; the layouts are alike.</param>
public sealed class GgufWriter(uint version = 3)
{
    /// <summary>Longest tensor name in bytes of UTF-8 that llama.cpp reads.</summary>
    public const int LongestTensorName = 63;

    private const int CopySize = 1 << 20;

    private readonly uint _version = version is 2 or 3
        ? version
        : throw new ArgumentOutOfRangeException(nameof(version), version, "GGUF version 2 or 3.");

    private readonly OrderedDictionary<string, GgufValue> _metadata = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Entry> _tensors = new(StringComparer.Ordinal);

    /// <summary>What tensor offsets are multiples of: the value added as <c>general.alignment</c>, or 32.</summary>
    public uint Alignment { get; private set; } = GgufHeader.DefaultAlignment;

    /// <summary>Bytes of the file that would be written now.</summary>
    public long ByteLength => Length(Header().Length);

    /// <summary>Adds a key and its value.</summary>
    /// <exception cref="ArgumentException">
    /// The key is empty, longer than 65,535 bytes, or there already; or it is general.alignment and the value no power of two in 32 bits.
    /// </exception>
    public void Add(string key, GgufValue value)
    {
        if (Encoding.UTF8.GetByteCount(key) is 0 or > GgufValueReader.LongestName)
            throw new ArgumentException($"A key has 1 to {GgufValueReader.LongestName} bytes.", nameof(key));
        if (key == GgufHeader.AlignmentKey)
        {
            if (value.Type != GgufValueType.UInt32 || !value.TryGetInteger(out uint alignment) || !uint.IsPow2(alignment))
                throw new ArgumentException($"{key} is a power of two of type UInt32.", nameof(value));
            Alignment = alignment;
        }
        if (!_metadata.TryAdd(key, value)) throw new ArgumentException($"The key \"{key}\" is there already.", nameof(key));
    }

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">1 to 63 bytes of UTF-8.</param>
    /// <param name="type">Encoding of the data.</param>
    /// <param name="shape">Lengths of 1 to 4 axes, each at least 1; the first is the row length, a multiple of the type's block.</param>
    /// <param name="data">The data; on writing it is read once, from front to back.</param>
    /// <exception cref="ArgumentException">Name or shape are not allowed, the name is taken, or the data has another size.</exception>
    public void AddTensor(string name, QuantTypeInfo type, ReadOnlySpan<long> shape, ITensorData data)
    {
        if (Encoding.UTF8.GetByteCount(name) is 0 or > LongestTensorName)
            throw new ArgumentException($"A tensor's name has 1 to {LongestTensorName} bytes: \"{name}\".", nameof(name));
        if (shape.Length is 0 or > GgufShape.MostAxes || shape.ContainsAnyInRange(long.MinValue, 0) || shape[0] % type.BlockElements != 0)
        {
            throw new ArgumentException(
                $"\"{name}\": {type.Name} takes 1 to {GgufShape.MostAxes} axes and rows of a multiple of {type.BlockElements}.",
                nameof(shape));
        }
        if (GgufShape.Bytes(type, shape) is not { } bytes || bytes != data.ByteLength)
            throw new ArgumentException($"\"{name}\": {data.ByteLength} bytes are not what its shape and type need.", nameof(data));
        if (!_tensors.TryAdd(name, new Entry(type, shape.ToArray(), data)))
            throw new ArgumentException($"The tensor \"{name}\" is there already.", nameof(name));
    }

    /// <summary>Adds a tensor that lies in memory.</summary>
    /// <inheritdoc cref="AddTensor(string, QuantTypeInfo, ReadOnlySpan{long}, ITensorData)"/>
    public void AddTensor(string name, QuantTypeInfo type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data) =>
        AddTensor(name, type, shape, new MemoryTensor(name, data));

    /// <summary>Adds a tensor of another model as it is.</summary>
    /// <inheritdoc cref="AddTensor(string, QuantTypeInfo, ReadOnlySpan{long}, ITensorData)"/>
    public void AddTensor(ITensor tensor) => AddTensor(tensor.Name, tensor.Type, [.. tensor.Shape], tensor);

    /// <summary>Writes the file under its final name only when it is complete and on the disk; see <see cref="AtomicFile"/>.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ModelFormatException">A tensor could not be read from the file that it comes from.</exception>
    public void Write(string path)
    {
        byte[] header = Header();
        AtomicFile.Write(path, stream => Write(stream, header), Length(header.Length));
    }

    /// <summary>Writes the file to a stream, which need not be seekable.</summary>
    /// <exception cref="IOException">The stream failed.</exception>
    /// <exception cref="ModelFormatException">A tensor could not be read from the file that it comes from.</exception>
    public void Write(Stream stream) => Write(stream, Header());

    /// <summary>Opens the file without writing it: tensors are read from where they were added.</summary>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ModelFormatException">A tensor's range does not fit into the file's 63-bit positions.</exception>
    public GgufFile Open(string name)
    {
        byte[] header = Header();
        Array.Resize(ref header, (int)GgufHeader.Align(header.Length, Alignment));
        var tensors = new (long, ITensorData)[_tensors.Count];
        long start = header.Length;
        for (int i = 0; i < tensors.Length; i++)
        {
            ITensorData data = _tensors.GetAt(i).Value.Data;
            tensors[i] = (start, data);
            start = GgufHeader.Align(start + data.ByteLength, Alignment);
        }
        return GgufFile.Open(new GgufWriterSource(name, header, tensors, start));
    }

    private void Write(Stream stream, byte[] header)
    {
        stream.Write(header);
        if (_tensors.Count == 0) return;
        Pad(stream, header.Length);
        using var behind = new WriteBehind(stream, CopySize);
        foreach (Entry tensor in _tensors.Values)
        {
            for (long offset = 0; offset < tensor.Data.ByteLength; offset += CopySize)
            {
                int count = (int)Math.Min(CopySize, tensor.Data.ByteLength - offset);
                tensor.Data.Read(offset, behind.Buffer[..count]);
                behind.Write(count);
            }
            behind.Finish();
            Pad(stream, tensor.Data.ByteLength);
        }
    }

    private byte[] Header()
    {
        var header = new MemoryStream();
        using var writer = new GgufFieldWriter(header);
        writer.Write(GgufHeader.Magic);
        writer.Write(_version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);
        foreach ((string key, GgufValue value) in _metadata)
        {
            writer.WriteName(key);
            writer.WriteValue(value);
        }
        long offset = 0;
        foreach ((string name, Entry tensor) in _tensors)
        {
            writer.WriteName(name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (long length in tensor.Shape) writer.Write((ulong)length);
            writer.Write((uint)tensor.Type.Type);
            writer.Write((ulong)offset);
            offset = GgufHeader.Align(offset + tensor.Data.ByteLength, Alignment);
        }
        return header.ToArray();
    }

    private long Length(long header) => _tensors.Count == 0
        ? header
        : GgufHeader.Align(header, Alignment) + _tensors.Values.Sum(tensor => GgufHeader.Align(tensor.Data.ByteLength, Alignment));

    private void Pad(Stream stream, long written)
    {
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        for (long left = GgufHeader.Align(written, Alignment) - written; left > 0; left -= zeros.Length)
            stream.Write(zeros[..(int)Math.Min(left, zeros.Length)]);
    }

    private sealed record Entry(QuantTypeInfo Type, long[] Shape, ITensorData Data);
}
