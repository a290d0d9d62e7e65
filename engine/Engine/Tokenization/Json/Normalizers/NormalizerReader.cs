using Engine.Formats;

namespace Engine.Tokenization.Json.Normalizers;

/// <summary>Reads the field normalizer of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    private const string Known = "Sequence, BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, " +
        "Nmt, Precompiled, ByteLevel";

    /// <summary>Reads a normalizer.</summary>
    /// <exception cref="ModelFormatException">It is of an unknown kind, or a field is missing or wrong.</exception>
    public static Normalizer Read(JsonNode node) => node.Kind() switch
    {
        "Sequence" => new NormalizerSequence([.. node.Get("normalizers").Items().Select(Read)]),
        "BertNormalizer" => ReadBert(node),
        "NFC" => new UnicodeNormalizer(compatible: false, composed: true),
        "NFD" => new UnicodeNormalizer(compatible: false, composed: false),
        "NFKC" => new UnicodeNormalizer(compatible: true, composed: true),
        "NFKD" => new UnicodeNormalizer(compatible: true, composed: false),
        "Lowercase" => CharacterNormalizer.Lowercase,
        "Strip" => new StripNormalizer(node.GetFlag("strip_left"), node.GetFlag("strip_right")),
        "StripAccents" => CharacterNormalizer.StripAccents,
        "Replace" => new ReplaceNormalizer(TextMatcher.Read(node.Get("pattern")), node.GetText("content")),
        "Prepend" => new PrependNormalizer(node.GetText("prepend")),
        "Nmt" => CharacterNormalizer.Nmt,
        "Precompiled" => new PrecompiledNormalizer(ReadMap(node.Get("precompiled_charsmap"))),
        "ByteLevel" => CharacterNormalizer.ByteLevel,
        _ => throw node.UnknownKind("normalizer", Known),
    };

    private static BertNormalizer ReadBert(JsonNode node)
    {
        bool lowercase = node.GetFlag("lowercase");
        return new BertNormalizer(node.GetFlag("clean_text"), node.GetFlag("handle_chinese_chars"),
            node.GetFlag("strip_accents", byDefault: lowercase), lowercase);
    }

    private static CharacterMap ReadMap(JsonNode node)
    {
        node.Text();
        if (!node.Element.TryGetBytesFromBase64(out byte[]? bytes)) throw node.Error("other text", "base64");
        return CharacterMap.Read(bytes, (found, expected) => node.Error(found, expected));
    }
}
