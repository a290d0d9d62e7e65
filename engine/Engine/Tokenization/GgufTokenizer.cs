using System.Buffers;

namespace Engine.Tokenization;

/// <summary>
/// What the kinds of tokenizer of GGUF files have in common: special tokens are cut out of the text first, longest first; begin and end
/// of text are single tokens; the pieces of tokens in a row are the text.
/// </summary>
internal abstract class GgufTokenizer : Tokenizer
{
    private readonly TokenizerSettings _settings;
    private readonly int? _endId;
    private readonly SpecialTokenSplitter _allTokens;
    private readonly SpecialTokenSplitter _userDefinedTokens;

    private protected GgufTokenizer(TokenizerDefinition definition, PieceEncoding encoding)
        : base(definition.Vocabulary, definition.Special, definition.EndOfGeneration, new PieceTable(definition.Vocabulary, encoding))
    {
        _settings = definition.Settings;
        _endId = definition.EndId;
        _allTokens = new SpecialTokenSplitter(Vocabulary, TokenAttributes.Special | TokenAttributes.UserDefined, TokenAttributes.None);
        _userDefinedTokens = new SpecialTokenSplitter(Vocabulary, TokenAttributes.UserDefined, TokenAttributes.Special);
    }

    /// <inheritdoc/>
    public override bool AddsBos => _settings.AddBos;

    /// <inheritdoc/>
    public override bool AddsEos => _settings.AddEos;

    private protected TokenizerSettings Settings => _settings;

    /// <inheritdoc/>
    public override byte[] DecodeBytes(ReadOnlySpan<int> ids, bool removeSpecial = false, bool unparseSpecial = false)
    {
        bool stripSpace = _settings.AddSpacePrefix;
        if (removeSpecial && AddsBos && ids.Length > 0 && ids[0] == BosId)
        {
            ids = ids[1..];
            stripSpace = false;
        }
        if (removeSpecial && AddsEos && ids.Length > 0 && ids[^1] == EosId) ids = ids[..^1];
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, 4 * ids.Length));
        foreach (int id in ids)
        {
            ReadOnlySpan<byte> piece = GetPiece(id, unparseSpecial);
            bytes.Write(stripSpace && piece.StartsWith(" "u8) ? piece[1..] : piece);
            stripSpace = false;
        }
        byte[] text = bytes.WrittenSpan.ToArray();
        return _settings.CleanSpaces ? text[..SpaceCleaner.Clean(text)] : text;
    }

    /// <summary>Appends the tokens of a stretch of text that holds no special tokens.</summary>
    /// <param name="text">UTF-8, at least one byte.</param>
    /// <param name="first">Whether nothing, or a special token, stands before it.</param>
    /// <param name="ids">Where the tokens go.</param>
    private protected abstract void EncodeText(ReadOnlySpan<byte> text, bool first, List<int> ids);

    private protected override void EncodeUtf8(ReadOnlySpan<byte> text, bool addSpecial, bool parseSpecial, List<int> ids)
    {
        if (addSpecial && AddsBos) ids.Add(BosId!.Value);
        var fragments = new List<Fragment>();
        (parseSpecial ? _allTokens : _userDefinedTokens).Split(text, fragments);
        bool first = true;
        foreach (Fragment fragment in fragments)
        {
            if (fragment.Id >= 0) ids.Add(fragment.Id);
            else EncodeText(text.Slice(fragment.Start, fragment.Length), first, ids);
            first = fragment.Id >= 0;
        }
        if (addSpecial && AddsEos) ids.Add(_endId!.Value);
    }
}
