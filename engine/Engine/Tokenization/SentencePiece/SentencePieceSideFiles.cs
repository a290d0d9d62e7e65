using System.Globalization;
using System.Text.Json;
using Engine.Formats;
using Engine.Tokenization.Json;

namespace Engine.Tokenization.SentencePiece;

/// <summary>What the files beside a tokenizer.model say: tokens that were added later, roles of tokens, ends of an answer.</summary>
internal sealed class SentencePieceSideFiles
{
    private static readonly (string Key, string Role)[] RoleKeys =
        [("unk_token", "unknown"), ("bos_token", "bos"), ("eos_token", "eos"), ("pad_token", "padding")];

    private SentencePieceSideFiles()
    {
    }

    /// <summary>A token that was added to the vocabulary.</summary>
    public readonly record struct Token(string Text, bool IsSpecial);

    /// <summary>Added tokens by id, ascending.</summary>
    public SortedDictionary<int, Token> Added { get; } = [];

    /// <summary>Texts of tokens with a role: unknown, bos, eos, padding.</summary>
    public Dictionary<string, string> Roles { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether texts begin with bos; null: not said.</summary>
    public bool? AddsBos { get; private set; }

    /// <summary>Whether texts end with eos; null: not said.</summary>
    public bool? AddsEos { get; private set; }

    /// <summary>Tokens that end an answer.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>Reads what a folder has of these files.</summary>
    /// <exception cref="ModelFormatException">One of them is malformed.</exception>
    public static SentencePieceSideFiles Read(string folder)
    {
        var side = new SentencePieceSideFiles();
        JsonFile.TryRead(Path.Combine(folder, "added_tokens.json"), side.ReadAdded);
        JsonFile.TryRead(Path.Combine(folder, "tokenizer_config.json"), side.ReadConfig);
        JsonFile.TryRead(Path.Combine(folder, "generation_config.json"), side.ReadEnds);
        return side;
    }

    private void ReadAdded(JsonNode root)
    {
        foreach ((string text, JsonNode id) in root.Members()) Added[id.Number()] = new Token(text, IsSpecial: false);
    }

    private void ReadConfig(JsonNode root)
    {
        foreach ((string number, JsonNode token) in root.Find("added_tokens_decoder")?.Members() ?? [])
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                throw root.ErrorAt("added_tokens_decoder", JsonNode.Shown(number), "numbers of tokens");
            Added[id] = new Token(token.GetText("content"), token.GetFlag("special", false));
        }
        foreach ((string key, string role) in RoleKeys)
        {
            if (root.Find(key) is not { } node) continue;
            Roles[role] = node.Element.ValueKind == JsonValueKind.Object ? node.GetText("content") : node.Text();
        }
        AddsBos = root.Find("add_bos_token")?.Flag();
        AddsEos = root.Find("add_eos_token")?.Flag();
    }

    private void ReadEnds(JsonNode root)
    {
        if (root.Find("eos_token_id") is not { } ids) return;
        Ends.AddRange(ids.Element.ValueKind == JsonValueKind.Array ? ids.Items().Select(id => id.Number()) : [ids.Number()]);
    }
}
