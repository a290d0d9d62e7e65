using Engine.Formats.Gguf;

namespace Engine.Tokenization.Export;

/// <summary>Collects the keys of a tokenizer under their common prefix.</summary>
internal sealed class TokenizerKeys
{
    /// <summary>What all keys begin with.</summary>
    public const string Prefix = "tokenizer.ggml.";

    private readonly List<KeyValuePair<string, GgufValue>> _values = [];

    /// <summary>The text of a token that the tokenizer does not have.</summary>
    public static string Unused(int id) => $"[PAD{id}]";

    /// <summary>Sets a key.</summary>
    public void Set(string key, GgufValue value) => _values.Add(new(Prefix + key, value));

    /// <summary>Sets what all kinds have beside their tokens: roles of tokens, and which are put around a text.</summary>
    public void SetRoles(Tokenizer tokenizer)
    {
        (string Key, int? Id)[] roles =
        [
            ("bos", tokenizer.BosId), ("eos", tokenizer.EosId), ("eot", tokenizer.EotId), ("eom", tokenizer.EomId),
            ("unknown", tokenizer.UnknownId), ("seperator", tokenizer.SeparatorId), ("padding", tokenizer.PaddingId),
            ("mask", tokenizer.MaskId),
        ];
        foreach ((string key, int? id) in roles)
        {
            if (id is { } known) Set(key + "_token_id", GgufValue.Of((uint)known));
        }
        Set("add_bos_token", GgufValue.Of(tokenizer.AddsBos));
        Set("add_eos_token", GgufValue.Of(tokenizer.AddsEos));
    }

    /// <summary>The keys as metadata.</summary>
    /// <param name="file">Where they come from, for messages.</param>
    public GgufMetadata ToMetadata(string file) => new(file, _values);
}
