using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Cli.Inspection;

/// <summary>A file's tokenizer in one line.</summary>
internal static class VocabularySummary
{
    private const string TokensKey = "tokenizer.ggml.tokens";

    /// <summary>Kind, pre-tokenizer, size and the tokens that begin and end texts.</summary>
    public static string Of(IModelSource file)
    {
        var metadata = file.Metadata;
        if (metadata.GetString("tokenizer.ggml.model", null) is not { } kind) return "none";
        string pre = metadata.GetString("tokenizer.ggml.pre", null) is { } name ? $" ({name})" : "";
        return $"{kind}{pre}, {Size(file)} tokens{Token(metadata, "bos")}{Token(metadata, "eos")}";
    }

    /// <summary>Number of tokens.</summary>
    public static int Size(IModelSource file) => file.Metadata.TryGetValue(TokensKey, out var tokens) ? tokens.Count : 0;

    private static string Token(GgufMetadata metadata, string role)
    {
        int id = metadata.GetInt32($"tokenizer.ggml.{role}_token_id", -1);
        return id >= 0 && id < metadata.GetStringArray(TokensKey).Count ? $", {role} {id} {metadata.GetStringArray(TokensKey)[id]}" : "";
    }
}
