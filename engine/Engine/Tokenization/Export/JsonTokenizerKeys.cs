using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.Json;
using Engine.Tokenization.Json.Models;

namespace Engine.Tokenization.Export;

/// <summary>
/// The keys that GGUF files have for a tokenizer.json. What they cannot say is left out as in llama.cpp's files: Unicode's composed form
/// (NFC) as a normalizer, and white space that belongs to added tokens.
/// </summary>
internal static class JsonTokenizerKeys
{
    private const string NextPiece = "##";
    private const string FirstPiece = "\u2581";

    /// <summary>Reads the keys; null where the tokenizer is neither byte-level BPE nor WordPiece.</summary>
    /// <param name="root">The file's root.</param>
    /// <param name="file">Its path.</param>
    /// <exception cref="ModelFormatException">GGUF files have no name for how it splits text, or nothing for how it changes it.</exception>
    public static GgufMetadata? TryRead(JsonNode root, string file)
    {
        JsonNode model = root.Get("model");
        if (model.Find("merges") is not null)
            return root.Find("pre_tokenizer") is { } cuts && PreTokenizerNames.IsByteLevel(cuts) ? BytePairs(root, model, cuts, file) : null;
        return model.Find("continuing_subword_prefix") is not null ? WordPieces(root, model, file) : null;
    }

    private static GgufMetadata BytePairs(JsonNode root, JsonNode model, JsonNode cuts, string file)
    {
        if (root.Find("normalizer") is { } normalizer && normalizer.Kind() != "NFC")
            throw normalizer.UnknownKind("normalizer for a GGUF file", "NFC or none");
        foreach (string affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.FindText(affix) is { Length: > 0 } text)
                throw model.ErrorAt(affix, JsonNode.Shown(text), "nothing, since GGUF files have no place for it");
        }
        JsonTokenizer tokenizer = JsonTokenizer.Open(file);
        var keys = new TokenizerKeys();
        keys.Set("model", GgufValue.Of("gpt2"));
        keys.Set("pre", GgufValue.Of(PreTokenizerNames.Find(cuts, model.GetFlag("ignore_merges", byDefault: false))));
        SetTokens(keys, tokenizer, (text, _) => text);
        // Of a pair that occurs twice the last one counts, in GGUF files the first.
        IEnumerable<string> merges = MergeReader.Texts(model.Get("merges")).Select(merge => $"{merge.Left} {merge.Right}");
        keys.Set("merges", GgufValue.Of(merges.Reverse().Distinct(StringComparer.Ordinal).Reverse().ToArray()));
        keys.SetRoles(tokenizer);
        return keys.ToMetadata(file);
    }

    private static GgufMetadata WordPieces(JsonNode root, JsonNode model, string file)
    {
        if (model.GetText("continuing_subword_prefix") is var prefix && prefix != NextPiece)
            throw model.ErrorAt("continuing_subword_prefix", JsonNode.Shown(prefix), $"{JsonNode.Shown(NextPiece)}, to write a GGUF file");
        JsonNode normalizer = root.Get("normalizer");
        if (normalizer.Kind() != "BertNormalizer") throw normalizer.UnknownKind("normalizer for a GGUF file", "BertNormalizer");
        JsonTokenizer tokenizer = JsonTokenizer.Open(file);
        var keys = new TokenizerKeys();
        keys.Set("model", GgufValue.Of("bert"));
        keys.Set("pre", GgufValue.Of("bert-bge"));
        SetTokens(keys, tokenizer, (text, kind) =>
            kind != TokenKind.Normal ? text
            : text.StartsWith(NextPiece, StringComparison.Ordinal) ? text[NextPiece.Length..]
            : FirstPiece + text);
        keys.SetRoles(tokenizer);
        bool lowercase = normalizer.GetFlag("lowercase");
        keys.Set("normalizer.lowercase", GgufValue.Of(lowercase));
        if (normalizer.Find("strip_accents") is { } strip && strip.Flag() != lowercase)
            keys.Set("normalizer.strip_accents", GgufValue.Of(strip.Flag()));
        return keys.ToMetadata(file);
    }

    private static void SetTokens(TokenizerKeys keys, JsonTokenizer tokenizer, Func<string, TokenKind, string> written)
    {
        var texts = new string[tokenizer.VocabularySize];
        var kinds = new int[texts.Length];
        for (int id = 0; id < texts.Length; id++)
        {
            TokenKind kind = tokenizer.GetKind(id);
            kinds[id] = (int)kind;
            texts[id] = kind == TokenKind.Unused ? TokenizerKeys.Unused(id) : written(tokenizer.GetText(id), kind);
        }
        keys.Set("tokens", GgufValue.Of(texts));
        keys.Set("token_type", GgufValue.Of(kinds));
    }
}
