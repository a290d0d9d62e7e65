using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.Json;
using Engine.Tokenization.PreTokenizers;
using Engine.Tokenization.SentencePiece;

namespace Engine.Tokenization.Export;

/// <summary>
/// The keys that GGUF files have for the tokenizer of a model's folder: of its tokenizer.json where that is byte-level BPE or WordPiece, else
/// of SentencePiece's tokenizer.model, from which llama.cpp's converter takes them, too.
/// </summary>
internal static class FolderTokenizerKeys
{
    private const string TokensKey = TokenizerKeys.Prefix + "tokens";
    private const string KindsKey = TokenizerKeys.Prefix + "token_type";
    private const string ScoresKey = TokenizerKeys.Prefix + "scores";

    private static readonly Dictionary<string, GgufValue> NoPreTokenizer = new()
    {
        [TokenizerKeys.Prefix + "pre"] = GgufValue.Of(PreTokenizerTable.DefaultName),
    };

    // What no text is to become has a score below all others.
    private const float PaddingScore = -10000f;

    /// <summary>Reads the tokenizer.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="rows">Rows of the model's embedding: so many tokens the file must have, those beyond the tokenizer's are unused.</param>
    /// <returns>Its keys; null where the folder has no tokenizer.</returns>
    /// <exception cref="ModelFormatException">It is malformed, or none that GGUF files can describe, or has more tokens than rows.</exception>
    public static GgufMetadata? TryRead(string folder, int rows)
    {
        string json = Path.Combine(folder, JsonTokenizerReader.FileName), pieces = Path.Combine(folder, SentencePieceFile.FileName);
        GgufMetadata? keys = null;
        JsonFile.TryRead(json, root => keys = JsonTokenizerKeys.TryRead(root, json));
        if (keys is null && File.Exists(pieces)) keys = SentencePieceFile.Read(pieces).With(NoPreTokenizer);
        if (keys is not null) return Padded(keys, rows);
        if (!File.Exists(json)) return null;
        throw new ModelFormatException(
            json, "model", "neither byte-level BPE nor WordPiece",
            $"one of them, or {SentencePieceFile.FileName} beside it: only such a tokenizer can be written to a GGUF file");
    }

    private static GgufMetadata Padded(GgufMetadata keys, int rows)
    {
        string[] tokens = keys.GetStrings(TokensKey);
        if (tokens.Length > rows)
            throw new ModelFormatException(keys.File, null, $"{tokens.Length} tokens", $"at most the {rows} rows of the embedding");
        if (tokens.Length == rows) return keys;
        IEnumerable<int> more = Enumerable.Range(tokens.Length, rows - tokens.Length);
        var longer = new Dictionary<string, GgufValue>
        {
            [TokensKey] = GgufValue.Of(tokens.Concat(more.Select(TokenizerKeys.Unused)).ToArray()),
            [KindsKey] = GgufValue.Of(keys.GetInt32s(KindsKey).Concat(more.Select(_ => (int)TokenKind.Unused)).ToArray()),
        };
        if (keys.ContainsKey(ScoresKey)) longer[ScoresKey] = GgufValue.Of(keys.GetSingles(ScoresKey).Concat(more.Select(_ => PaddingScore)).ToArray());
        return keys.With(longer);
    }
}
