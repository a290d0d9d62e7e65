using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Engine.Formats.Gguf;

/// <summary>
/// An array of strings as it lies in the file. A vocabulary has some hundred thousand of them and its tokens may be any bytes, so they
/// are kept as bytes and decoded when asked for: bytes that are no UTF-8 become U+FFFD in the text and stay what they are in
/// <see cref="GetBytes"/>.
/// </summary>
public sealed class GgufStrings : IReadOnlyList<string>
{
    private readonly byte[] _content;
    private readonly int[] _starts;

    /// <summary>Wraps strings read from a file.</summary>
    /// <param name="content">The strings, each behind its length in 8 bytes.</param>
    /// <param name="starts">Offset of each string's first byte (behind the length) in the content.</param>
    internal GgufStrings(byte[] content, int[] starts)
    {
        _content = content;
        _starts = starts;
    }

    /// <summary>Makes an array of strings, encoded in UTF-8.</summary>
    /// <exception cref="ArgumentException">Together they are too long for one array of bytes.</exception>
    public GgufStrings(IReadOnlyList<string> strings)
    {
        long total = strings.Sum(text => sizeof(ulong) + (long)Encoding.UTF8.GetByteCount(text));
        if (total > Array.MaxLength) throw new ArgumentException($"{total} bytes of strings exceed {Array.MaxLength}.", nameof(strings));
        _content = new byte[total];
        _starts = new int[strings.Count];
        int position = 0;
        for (int i = 0; i < strings.Count; i++)
        {
            _starts[i] = position + sizeof(ulong);
            int length = Encoding.UTF8.GetBytes(strings[i], _content.AsSpan(_starts[i]));
            BinaryPrimitives.WriteInt64LittleEndian(_content.AsSpan(position), length);
            position = _starts[i] + length;
        }
    }

    /// <summary>Number of strings.</summary>
    public int Count => _starts.Length;

    /// <summary>The strings as a file holds them: one after another, each behind its length in 8 bytes.</summary>
    internal ReadOnlySpan<byte> Content => _content;

    /// <summary>One string, decoded anew at each call.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such string.</exception>
    public string this[int index] => Encoding.UTF8.GetString(GetBytes(index));

    /// <summary>The bytes of one string, exactly as they stand in the file.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such string.</exception>
    public ReadOnlySpan<byte> GetBytes(int index) => _content.AsSpan(_starts[index], GetLength(index));

    /// <summary>All strings, decoded.</summary>
    public string[] ToArray()
    {
        var strings = new string[Count];
        for (int i = 0; i < strings.Length; i++) strings[i] = this[i];
        return strings;
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int GetLength(int index) => (int)BinaryPrimitives.ReadInt64LittleEndian(_content.AsSpan(_starts[index] - sizeof(ulong)));
}
