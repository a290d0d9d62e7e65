using System.Buffers;
using System.Text;

namespace Engine.Tokenization;

/// <summary>
/// Brings text into the form in which a Unigram model knows it: character map, runs of spaces as one, a space in front, U+2581 for
/// spaces. What begins like a user-defined token stays as it is.
/// </summary>
internal sealed class UnigramNormalizer
{
    private readonly CharacterMap? _map;
    private readonly TokenizerSettings _settings;
    private readonly ByteTrie _userDefined = new();

    public UnigramNormalizer(Vocabulary vocabulary, CharacterMap? map, TokenizerSettings settings)
    {
        _map = map;
        _settings = settings;
        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.Has(id, TokenAttributes.UserDefined)) _userDefined.Add(vocabulary.GetText(id), id);
        }
    }

    /// <summary>Writes the text's normal form.</summary>
    public void Normalize(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> destination)
    {
        bool inWord = false;
        bool prefixed = false;
        while (text.Length > 0)
        {
            int consumed = NormalizeFirst(text, out ReadOnlySpan<byte> normal);
            foreach (byte b in normal)
            {
                if (b == ' ')
                {
                    inWord = false;
                    if (!_settings.RemoveExtraSpaces) destination.Write(EscapedSpace.Utf8);
                    continue;
                }
                if (!inWord && (_settings.RemoveExtraSpaces || (_settings.AddSpacePrefix && !prefixed)))
                {
                    destination.Write(EscapedSpace.Utf8);
                    prefixed = true;
                }
                inWord = true;
                destination.Write([b]);
            }
            text = text[consumed..];
        }
    }

    /// <summary>Normalises the first characters of the text; returns how many bytes they are.</summary>
    private int NormalizeFirst(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> normal)
    {
        int length = _userDefined.WalkLength(text);
        if (length > 0)
        {
            normal = text[..length];
            return length;
        }
        if (_map is not null)
        {
            length = _map.Match(text, out normal);
            if (length > 0) return length;
        }
        bool valid = Rune.DecodeFromUtf8(text, out _, out length) == OperationStatus.Done;
        normal = valid ? text[..length] : "\uFFFD"u8;
        return length;
    }
}
