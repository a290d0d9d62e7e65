using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Engine.Tokenization;

/// <summary>
/// Turns tokens that come one by one into text. A character whose bytes are spread over tokens appears when its last byte is there;
/// bytes that cannot become a character appear as U+FFFD. Of one token at a time it allocates nothing once its buffer has grown to the
/// longest piece. Not safe for use from more than one thread.
/// </summary>
public sealed class StreamDecoder
{
    private const int LongestCharacter = 4;

    private readonly Tokenizer _tokenizer;
    private readonly bool _special;
    private byte[] _bytes = new byte[64];
    private char[] _characters = new char[64];
    private int _pending;

    internal StreamDecoder(Tokenizer tokenizer, bool special)
    {
        _tokenizer = tokenizer;
        _special = special;
    }

    /// <summary>Number of bytes that wait for the rest of their character: 0 to 3.</summary>
    public int PendingBytes => _pending;

    /// <summary>Takes a token; returns the text that it completes, which may be empty and is valid until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<char> Append(int id)
    {
        ReadOnlySpan<byte> piece = _tokenizer.GetPiece(id, _special);
        int length = _pending + piece.Length;
        if (length > _bytes.Length) Array.Resize(ref _bytes, 2 * length);
        piece.CopyTo(_bytes.AsSpan(_pending));
        return Decode(_bytes.AsSpan(0, length), isEnd: false);
    }

    /// <summary>Takes a token; writes the text that it completes; returns the number of characters written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public int Append(int id, IBufferWriter<char> destination)
    {
        ReadOnlySpan<char> text = Append(id);
        destination.Write(text);
        return text.Length;
    }

    /// <summary>Takes a token; returns the text that it completes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string AppendText(int id) => Append(id).ToString();

    /// <summary>Ends the text: what is left of an unfinished character comes out as U+FFFD. A new text may follow.</summary>
    public ReadOnlySpan<char> Flush() => Decode(_bytes.AsSpan(0, _pending), isEnd: true);

    /// <summary>Forgets an unfinished character.</summary>
    public void Reset() => _pending = 0;

    private ReadOnlySpan<char> Decode(Span<byte> bytes, bool isEnd)
    {
        if (_characters.Length < bytes.Length) _characters = new char[2 * bytes.Length];  // at most one character for a byte
        Utf8.ToUtf16(bytes, _characters, out int read, out int written, replaceInvalidSequences: true, isFinalBlock: isEnd);
        bytes[read..].CopyTo(_bytes);
        _pending = bytes.Length - read;
        System.Diagnostics.Debug.Assert(_pending < LongestCharacter, "An unfinished character has at most three bytes.");
        return _characters.AsSpan(0, written);
    }
}
