using System.Buffers;
using System.Text;
using Engine.Tokenization.PreTokenizers;
using Engine.Tokenization.Unicode;

namespace Engine.Tokenization.Json.Normalizers;

/// <summary>Replaces each character by itself: by another one, by several, or by nothing.</summary>
/// <param name="write">Writes what becomes of a code point.</param>
internal sealed class CharacterNormalizer(Action<int, IBufferWriter<byte>> write) : Normalizer
{
    private const int CapitalDottedI = 0x130;

    /// <summary>Lower case, character by character: no final sigma.</summary>
    public static CharacterNormalizer Lowercase { get; } = new(WriteLower);

    /// <summary>Drops marks; letters with accents lose them only in a decomposed form.</summary>
    public static CharacterNormalizer StripAccents { get; } = new(static (codePoint, destination) =>
    {
        if (codePoint < 0x300 || !UnicodeTables.Shared.Marks.Contains(codePoint)) Utf8Text.Append(codePoint, destination);
    });

    /// <summary>The cleaning of Google's translation models (SentencePiece's nmt): no control characters, plain spaces.</summary>
    public static CharacterNormalizer Nmt { get; } = new(static (codePoint, destination) =>
    {
        switch (codePoint)
        {
            case (>= 1 and <= 8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F:
                break;
            case 9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD:
                Utf8Text.Append(' ', destination);
                break;
            default:
                Utf8Text.Append(codePoint, destination);
                break;
        }
    });

    /// <summary>GPT-2's byte alphabet: a printable character for each byte.</summary>
    public static CharacterNormalizer ByteLevel { get; } = new(static (codePoint, destination) =>
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (byte b in utf8[..new Rune(codePoint).EncodeToUtf8(utf8)]) Utf8Text.Append(ByteAlphabet.ToCharacter(b), destination);
    });

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            write(codePoint, destination);
        }
    }

    /// <summary>Writes a code point in lower case.</summary>
    public static void WriteLower(int codePoint, IBufferWriter<byte> destination)
    {
        if (codePoint == CapitalDottedI) destination.Write("i\u0307"u8);
        else Utf8Text.Append(Rune.ToLowerInvariant(new Rune(codePoint)).Value, destination);
    }
}

/// <summary>Drops white space at the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        while (left && text.Length > 0 && Utf8Text.Decode(text, out int first) is int length && UnicodeSets.IsWhiteSpace(first))
            text = text[length..];
        while (right && text.Length > 0 && Rune.DecodeLastFromUtf8(text, out Rune last, out int bytes) == OperationStatus.Done &&
            UnicodeSets.IsWhiteSpace(last.Value))
        {
            text = text[..^bytes];
        }
        destination.Write(text);
    }
}

/// <summary>Puts a text before a text that is not empty.</summary>
internal sealed class PrependNormalizer(string prefix) : Normalizer
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        if (text.IsEmpty) return;
        destination.Write(_prefix);
        destination.Write(text);
    }
}

/// <summary>Puts one text in the place of each match of a pattern.</summary>
internal sealed class ReplaceNormalizer(TextMatcher matcher, string content) : Normalizer
{
    private readonly byte[] _content = Encoding.UTF8.GetBytes(content);

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        var matches = new List<(int Start, int End)>();
        matcher.FindMatches(text, matches);
        int done = 0;
        foreach ((int start, int end) in matches)
        {
            destination.Write(text[done..start]);
            destination.Write(_content);
            done = end;
        }
        destination.Write(text[done..]);
    }
}
