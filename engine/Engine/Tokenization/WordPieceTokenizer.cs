using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.PreTokenizers;
using Engine.Tokenization.Unicode;

namespace Engine.Tokenization;

/// <summary>
/// WordPiece as BERT has it (Devlin et al., 2019): text is stripped of case and accents and cut at white space and punctuation; each
/// word is the longest tokens that fit, from the left, or the unknown token as a whole. GGUF files write a token that begins a word
/// with U+2581 and one that continues it without ##.
/// </summary>
internal sealed class WordPieceTokenizer : GgufTokenizer
{
    private const string ClsKey = "tokenizer.ggml.cls_token_id";
    private const int DefaultCls = 101;

    private readonly ByteTrie _trie = new();
    private readonly int _unknown;
    private Spare<List<byte>> _words;

    public WordPieceTokenizer(GgufMetadata metadata, string file)
        : base(Read(metadata, file), PieceEncoding.EscapedSpaces)
    {
        CheckCls(metadata, file);
        _unknown = UnknownId ?? throw new ModelFormatException(file, "tokenizer.ggml.unknown_token_id", "no token", "the unknown token");
        for (int id = 0; id < Vocabulary.Count; id++) _trie.Add(Vocabulary.GetText(id), id);
    }

    private static TokenizerDefinition Read(GgufMetadata metadata, string file)
    {
        int cls = metadata.GetInt32(ClsKey, DefaultCls);
        return TokenizerDefinition.Read(metadata, file, new TokenizerDefaults
        {
            Settings = new TokenizerSettings { CleanSpaces = true },
            Ids = new SpecialTokens { Bos = cls, Unknown = 100, Separator = 102, Padding = 0, Mask = 103 },
            AlwaysAddsBegin = true,
            EndsWithSeparator = true,
        });
    }

    private void CheckCls(GgufMetadata metadata, string file)
    {
        if (metadata.ContainsKey(ClsKey) && metadata.GetInt32(ClsKey) is var cls && (uint)cls >= (uint)Vocabulary.Count)
            throw new ModelFormatException(file, ClsKey, $"token {cls}", $"a token from 0 to {Vocabulary.Count - 1}");
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool first, List<int> ids)
    {
        List<byte> word = _words.Take();
        word.Clear();
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            if (Settings.StripAccents) codePoint = CanonicalBase.Get(codePoint);
            if (UnicodeSets.IsWhiteSpace(codePoint)) EndWord(word, ids);
            else if (!IsDropped(codePoint)) AddCharacter(codePoint, word, ids);
        }
        EndWord(word, ids);
        _words.Return(word);
    }

    private bool IsDropped(int codePoint) =>
        codePoint is 0 or 0xFFFD || UnicodeSets.IsControl(codePoint) || (Settings.StripAccents && UnicodeSets.IsIn(codePoint, 'M'));

    private void AddCharacter(int codePoint, List<byte> word, List<int> ids)
    {
        bool alone = IsWord(codePoint);
        if (alone) EndWord(word, ids);
        if (word.Count == 0) word.AddRange(EscapedSpace.Utf8);
        var character = new Rune(codePoint);
        if (Settings.Lowercase) character = ToLower(character);
        Span<byte> utf8 = stackalloc byte[4];
        word.AddRange(utf8[..character.EncodeToUtf8(utf8)]);
        if (alone) EndWord(word, ids);
    }

    /// <summary>The capital I with a dot is no capital in .NET's invariant culture.</summary>
    private static Rune ToLower(Rune character) => character.Value == 'İ' ? new Rune('i') : Rune.ToLowerInvariant(character);

    /// <summary>Whether a character is a word of its own: punctuation, ASCII symbols, ideographs.</summary>
    private static bool IsWord(int codePoint) =>
        UnicodeSets.IsIn(codePoint, 'P') || (codePoint < 0x7F && UnicodeSets.IsIn(codePoint, 'S')) || UnicodeSets.IsBertIdeograph(codePoint);

    private void EndWord(List<byte> word, List<int> ids)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(word);
        int before = ids.Count;
        while (rest.Length > 0)
        {
            (int id, int length) = _trie.FindLongest(rest);
            if (id < 0)
            {
                ids.RemoveRange(before, ids.Count - before);
                ids.Add(_unknown);
                break;
            }
            ids.Add(id);
            rest = rest[length..];
        }
        word.Clear();
    }
}
