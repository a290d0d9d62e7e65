using System.Globalization;

namespace Engine.Tokenization;

/// <summary>How a kind of tokenizer writes text into its tokens.</summary>
internal enum PieceEncoding
{
    /// <summary>U+2581 stands for a space.</summary>
    EscapedSpaces,

    /// <summary>Every byte is a printable character, as in GPT-2.</summary>
    ByteAlphabet,
}

/// <summary>The bytes that each token contributes to decoded text.</summary>
internal sealed class PieceTable
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;
    private readonly Vocabulary _vocabulary;

    public PieceTable(Vocabulary vocabulary, PieceEncoding encoding)
    {
        _vocabulary = vocabulary;
        _ends = new int[vocabulary.Count + 1];
        int total = 0;
        for (int id = 0; id < vocabulary.Count; id++) total += vocabulary.GetText(id).Length;
        _bytes = new byte[total];  // no piece is longer than its text
        int end = 0;
        for (int id = 0; id < vocabulary.Count; id++)
        {
            end += Write(id, encoding, _bytes.AsSpan(end));
            _ends[id + 1] = end;
        }
    }

    /// <summary>Makes a table of the pieces that a function gives.</summary>
    public PieceTable(Vocabulary vocabulary, Func<int, byte[]> piece)
    {
        _vocabulary = vocabulary;
        _ends = new int[vocabulary.Count + 1];
        var bytes = new List<byte>();
        for (int id = 0; id < vocabulary.Count; id++)
        {
            bytes.AddRange(piece(id));
            _ends[id + 1] = bytes.Count;
        }
        _bytes = [.. bytes];
    }

    /// <summary>The bytes of a token; those of control tokens only where <paramref name="special"/> asks for them.</summary>
    public ReadOnlySpan<byte> Get(int id, bool special) =>
        !special && _vocabulary.Has(id, TokenAttributes.Special) ? default : _bytes.AsSpan(_ends[id].._ends[id + 1]);

    private int Write(int id, PieceEncoding encoding, Span<byte> destination)
    {
        ReadOnlySpan<byte> text = _vocabulary.GetText(id);
        if (_vocabulary.Has(id, TokenAttributes.Special | TokenAttributes.UserDefined))
        {
            text.CopyTo(destination);
            return text.Length;
        }
        if (_vocabulary.Has(id, TokenAttributes.Byte) && TryReadByte(text, out destination[0])) return 1;
        if (!_vocabulary.Has(id, TokenAttributes.Normal)) return 0;
        return encoding == PieceEncoding.ByteAlphabet ? ByteAlphabet.Decode(text, destination) : EscapedSpace.Decode(text, destination);
    }

    /// <summary>Reads &lt;0x41&gt;.</summary>
    public static bool TryReadByte(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        return text.Length == 6 && text.StartsWith("<0x"u8) && text[^1] == '>' &&
            byte.TryParse(text[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
