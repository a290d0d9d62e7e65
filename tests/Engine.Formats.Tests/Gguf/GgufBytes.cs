using System.Buffers.Binary;
using System.Text;
using Engine.Formats.Gguf;

namespace Engine.Formats.Tests.Gguf;

/// <summary>
/// Puts GGUF files together field by field, straight from the specification (github.com/ggml-org/ggml, docs/gguf.md) and with nothing of
/// the library under test, valid or not as a test wants them.
/// </summary>
internal sealed class GgufBytes
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    /// <summary>A header: magic, version, number of tensors, number of keys.</summary>
    public static GgufBytes Header(ulong tensors, ulong keys, uint version = 3) =>
        new GgufBytes().Raw("GGUF"u8).U32(version).U64(tensors).U64(keys);

    public GgufBytes Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public GgufBytes U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public GgufBytes Text(string text) => U64((ulong)Encoding.UTF8.GetByteCount(text)).Raw(Encoding.UTF8.GetBytes(text));

    /// <summary>A key with its value's type and bytes.</summary>
    public GgufBytes Key(string key, GgufValueType type, params ReadOnlySpan<byte> content) => Text(key).U32((uint)type).Raw(content);

    /// <summary>A key with an array: element type, count, then the bytes given.</summary>
    public GgufBytes ArrayKey(string key, GgufValueType type, ulong count, params ReadOnlySpan<byte> content) =>
        Text(key).U32(9).U32((uint)type).U64(count).Raw(content);

    /// <summary>A tensor description.</summary>
    public GgufBytes Tensor(string name, uint type, ulong offset, params ReadOnlySpan<ulong> shape)
    {
        Text(name).U32((uint)shape.Length);
        foreach (ulong length in shape) U64(length);
        return U32(type).U64(offset);
    }

    public GgufBytes Pad(int alignment = 32)
    {
        while (_bytes.Count % alignment != 0) _bytes.Add(0);
        return this;
    }

    /// <summary>Data bytes 0, 1, 2, ...</summary>
    public GgufBytes Data(int count)
    {
        for (int i = 0; i < count; i++) _bytes.Add((byte)i);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
