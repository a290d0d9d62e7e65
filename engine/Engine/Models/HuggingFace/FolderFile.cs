using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.Export;

namespace Engine.Models.HuggingFace;

/// <summary>What a GGUF file of a folder's model says beyond the folder's own metadata: the tokenizer, and sizes that go with it.</summary>
internal static class FolderFile
{
    private const string Embedding = "token_embd.weight";
    private const string TokenTypes = "token_types.weight";

    private static readonly GgufMetadata NoTokenizer = new("", [new(TokenizerKeys.Prefix + "model", GgufValue.Of("no_vocab"))]);

    /// <summary>The metadata of the file.</summary>
    /// <exception cref="ModelFormatException">The tokenizer is malformed, or none that GGUF files can describe.</exception>
    public static GgufMetadata Describe(IModelSource folder)
    {
        int rows = (int)Math.Min(folder.GetTensor(Embedding).Rows, int.MaxValue);
        Dictionary<string, GgufValue> keys = Sizes(folder, rows);
        GgufMetadata tokenizer = FolderTokenizerKeys.TryRead(folder.Path, rows) ?? NoTokenizer;
        GgufMetadata all = folder.Metadata.With(keys).With(tokenizer);
        return all.With(all.Where(pair => IsWide(pair.Key, pair.Value)).ToDictionary(
            pair => pair.Key, pair => pair.Value.TryGetInteger(out uint narrow) ? GgufValue.Of(narrow) : pair.Value));
    }

    /// <summary>Sizes that this program derives from others or from tensors, and llama.cpp asks for.</summary>
    private static Dictionary<string, GgufValue> Sizes(IModelSource folder, int rows)
    {
        GgufMetadata metadata = folder.Metadata;
        string architecture = metadata.GetString("general.architecture");
        string experts = $"{architecture}.expert_feed_forward_length", magnitude = $"{architecture}.rope.scaling.attn_factor";
        var keys = new Dictionary<string, GgufValue>
        {
            ["general.type"] = GgufValue.Of("model"),
            [$"{architecture}.vocab_size"] = GgufValue.Of((uint)rows),
        };
        if (folder.TryGetTensor(TokenTypes, out ITensor? types))
            keys[TokenizerKeys.Prefix + "token_type_count"] = GgufValue.Of((uint)types.Rows);
        if (metadata.ContainsKey($"{architecture}.expert_count") && !metadata.ContainsKey(experts))
            keys[experts] = metadata[$"{architecture}.feed_forward_length"];
        bool isLong = metadata.GetString($"{architecture}.rope.scaling.type", "") == "longrope";
        if (isLong && !metadata.ContainsKey(magnitude) && Config.Read(folder).Rope is { } rope)
            keys[magnitude] = GgufValue.Of(rope.Magnitude);
        return keys;
    }

    /// <summary>Sizes and tokens are of type UInt32 in GGUF files, and llama.cpp takes no other.</summary>
    private static bool IsWide(string key, GgufValue value) => value.Type == GgufValueType.Int64
        || (value.Type == GgufValueType.Int32 && key.EndsWith("_token_id", StringComparison.Ordinal));
}
