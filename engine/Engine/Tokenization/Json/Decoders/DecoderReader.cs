using Engine.Formats;
using Engine.Tokenization.Json.Normalizers;

namespace Engine.Tokenization.Json.Decoders;

/// <summary>Reads the field decoder of a tokenizer.json.</summary>
internal static class DecoderReader
{
    private const string Known = "Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, WordPiece, Metaspace, BPEDecoder, CTC";

    /// <summary>Reads a decoder.</summary>
    /// <exception cref="ModelFormatException">It is of an unknown kind, or a field is missing or wrong.</exception>
    public static Decoder Read(JsonNode node) => node.Kind() switch
    {
        "Sequence" => new DecoderSequence([.. node.Get("decoders").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => new ReplaceDecoder(new ReplaceNormalizer(TextMatcher.Read(node.Get("pattern")), node.GetText("content"))),
        "Strip" => new StripDecoder(node.GetCharacter("content"), node.GetNumber("start"), node.GetNumber("stop")),
        "WordPiece" => new WordPieceDecoder(node.GetText("prefix"), node.GetFlag("cleanup")),
        "Metaspace" => ReadMetaspace(node),
        "BPEDecoder" => new BpeDecoder(NotEmpty(node, "suffix")),
        "CTC" => new CtcDecoder(NotEmpty(node, "pad_token"), NotEmpty(node, "word_delimiter_token"), node.GetFlag("cleanup")),
        _ => throw node.UnknownKind("decoder", Known),
    };

    private static MetaspaceDecoder ReadMetaspace(JsonNode node)
    {
        bool prepended = node.FindText("prepend_scheme") != "never" && node.GetFlag("add_prefix_space", byDefault: true);
        return new MetaspaceDecoder(node.GetCharacter("replacement"), prepended);
    }

    private static string NotEmpty(JsonNode node, string name) =>
        node.GetText(name) is { Length: > 0 } text ? text : throw node.Error($"an empty {name}", "text");
}
