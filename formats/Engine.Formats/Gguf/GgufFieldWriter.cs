using System.Text;

namespace Engine.Formats.Gguf;

/// <summary>Writes the fields of a GGUF header: numbers, names, typed values; the counterpart of <see cref="GgufValueReader"/>.</summary>
internal sealed class GgufFieldWriter(Stream stream) : IDisposable
{
    private readonly BinaryWriter _writer = new(stream, Encoding.UTF8, leaveOpen: true);

    public void Write(uint value) => _writer.Write(value);

    public void Write(ulong value) => _writer.Write(value);

    public void WriteName(string name) => WriteString(Encoding.UTF8.GetBytes(name));

    public void WriteValue(GgufValue value)
    {
        Write((uint)value.Type);
        if (value.Type == GgufValueType.Array) WriteArray(value);
        else if (value.Type == GgufValueType.String) WriteString(value.Bytes);
        else _writer.Write(value.Bytes);
    }

    public void Dispose() => _writer.Dispose();

    private void WriteString(ReadOnlySpan<byte> bytes)
    {
        Write((ulong)bytes.Length);
        _writer.Write(bytes);
    }

    private void WriteArray(GgufValue value)
    {
        Write((uint)value.ElementType!);
        Write((ulong)value.Count);
        _writer.Write(value.Bytes);
        if (!value.TryGetArrays(out GgufValue[] arrays)) return;
        foreach (GgufValue array in arrays) WriteArray(array);
    }
}
