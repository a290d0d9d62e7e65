using Engine.Formats;
using Engine.Tokenization.PreTokenizers;

namespace Engine.Tokenization.Json.PreTokenizers;

/// <summary>Reads the field pre_tokenizer of a tokenizer.json.</summary>
internal static class PieceStageReader
{
    private const string Known = "Sequence, ByteLevel, Split, BertPreTokenizer, Whitespace, WhitespaceSplit, Digits, Punctuation, " +
        "Metaspace, CharDelimiterSplit, FixedLength";

    private const string AnySpace = @"\s";
    private const string Words = @"\p{UnicodeWord}+|[^\p{UnicodeWord}\s]+";

    /// <summary>Punctuation as BERT has it: that of Unicode, and all symbols of ASCII.</summary>
    private const string PunctuationName = @"\p{BertPunctuation}";

    /// <summary>Reads the stages of a pre-tokenizer.</summary>
    /// <exception cref="ModelFormatException">It is of an unknown kind, or a field is missing or wrong.</exception>
    public static IEnumerable<PieceStage> Read(JsonNode node) => node.Kind() switch
    {
        "Sequence" => node.Get("pretokenizers").Items().SelectMany(Read),
        "ByteLevel" => ReadByteLevel(node),
        "Split" => [new SplitPieces(TextMatcher.Read(node.Get("pattern")), ReadBehavior(node.Get("behavior")), node.GetFlag("invert"))],
        "BertPreTokenizer" => [Split(AnySpace, SplitBehavior.Removed, node), Split(PunctuationName, SplitBehavior.Isolated, node)],
        "Whitespace" => [new SplitPieces(new TextMatcher(Words, node), SplitBehavior.Removed, invert: true)],
        "WhitespaceSplit" => [Split(AnySpace, SplitBehavior.Removed, node)],
        "Digits" => [Split(PublishedPatterns.Number, node.GetFlag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous, node)],
        "Punctuation" =>
            [Split(PunctuationName, node.Find("behavior") is JsonNode behavior ? ReadBehavior(behavior) : SplitBehavior.Isolated, node)],
        "Metaspace" => ReadMetaspace(node),
        "CharDelimiterSplit" or "Delimiter" => [Split(TextMatcher.Literal(node.GetCharacter("delimiter")), SplitBehavior.Removed, node)],
        "FixedLength" => [new FixedLengthPieces(Math.Max(1, node.GetNumber("length", 5)))],
        _ => throw node.UnknownKind("pre-tokenizer", Known),
    };

    private static SplitPieces Split(string pattern, SplitBehavior behavior, JsonNode node) => new(new TextMatcher(pattern, node), behavior);

    private static IEnumerable<PieceStage> ReadByteLevel(JsonNode node)
    {
        if (node.GetFlag("add_prefix_space")) yield return RewritePieces.SpacePrefix;
        if (node.GetFlag("use_regex", byDefault: true)) yield return Split(PublishedPatterns.Gpt2, SplitBehavior.Isolated, node);
        yield return RewritePieces.ByteLevel;
    }

    private static IEnumerable<PieceStage> ReadMetaspace(JsonNode node)
    {
        string mark = node.GetCharacter("replacement");
        string scheme = node.FindText("prepend_scheme") ?? "always";
        if (scheme is not ("always" or "first" or "never"))
            throw node.Error($"the scheme {JsonNode.Shown(scheme)}", "always, first or never as prepend_scheme");
        bool prepend = scheme != "never" && node.GetFlag("add_prefix_space", byDefault: true);
        yield return RewritePieces.Metaspace(mark, prepend, onlyAtStart: scheme == "first");
        if (node.GetFlag("split", byDefault: true)) yield return Split(TextMatcher.Literal(mark), SplitBehavior.MergedWithNext, node);
    }

    private static SplitBehavior ReadBehavior(JsonNode node) =>
        Enum.TryParse(node.Text(), out SplitBehavior behavior) && Enum.IsDefined(behavior) && !char.IsDigit(node.Text()[0])
            ? behavior
            : throw node.Error(JsonNode.Shown(node.Text()), $"one of {string.Join(", ", Enum.GetNames<SplitBehavior>())}");
}
