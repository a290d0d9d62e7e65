using System.Text.Json;
using Engine.Formats;
using Engine.Tokenization.Json.PostProcessors;

namespace Engine.Tokenization.Json;

/// <summary>
/// What the files beside a tokenizer.json say of the roles of tokens: tokenizer_config.json names tokens, generation_config.json numbers
/// those that end an answer. A file that is missing says nothing.
/// </summary>
internal sealed class SideFiles
{
    private readonly Dictionary<string, string> _names = [];
    private readonly List<int> _ends = [];

    private SideFiles()
    {
    }

    /// <summary>No files.</summary>
    public static SideFiles None { get; } = new();

    /// <summary>Reads the files of a folder.</summary>
    /// <exception cref="ModelFormatException">One of them is no JSON object, or a token in it is none.</exception>
    public static SideFiles Read(string folder)
    {
        var side = new SideFiles();
        JsonFile.TryRead(Path.Combine(folder, "tokenizer_config.json"), side.ReadNames);
        JsonFile.TryRead(Path.Combine(folder, "generation_config.json"), side.ReadEnds);
        return side;
    }

    /// <summary>
    /// The tokens with a role and those that end generation. Where no file names begin and end of text, they are what is put around it.
    /// </summary>
    public (SpecialTokens Tokens, HashSet<int> Ends) FindRoles(Vocabulary vocabulary, PostProcessor around, int? unknown, int? padding)
    {
        int[] before = around.AddedBefore;
        int[] behind = around.AddedBehind;
        int? separator = Find("sep_token");
        var known = new SpecialTokens
        {
            Bos = Find("bos_token") ?? Find("cls_token") ?? (before.Length > 0 ? before[0] : null),
            Eos = Find("eos_token") ?? (behind.Length > 0 ? behind[^1] : separator),
            Unknown = Find("unk_token") ?? unknown,
            Separator = separator,
            Padding = Find("pad_token") ?? padding,
            Mask = Find("mask_token"),
        };
        // The search marks tokens as special that the file does not; here the file's word counts.
        var attributes = new TokenAttributes[vocabulary.Count];
        for (int id = 0; id < attributes.Length; id++) attributes[id] = vocabulary.GetAttributes(id);
        (SpecialTokens tokens, HashSet<int> ends) = TokenRoles.Detect(vocabulary, known);
        for (int id = 0; id < attributes.Length; id++) vocabulary.SetAttributes(id, attributes[id]);
        ends.UnionWith(_ends.Where(id => id < vocabulary.Count));
        return (tokens, ends);

        int? Find(string name) => _names.TryGetValue(name, out string? text) && vocabulary.Find(text) is >= 0 and int id ? id : null;
    }

    /// <summary>Tokens are texts, or objects with their text as content.</summary>
    private void ReadNames(JsonNode root)
    {
        foreach ((string name, JsonNode token) in root.Members())
        {
            if (!name.EndsWith("_token", StringComparison.Ordinal)) continue;
            if (token.Element.ValueKind == JsonValueKind.Object) _names[name] = token.GetText("content");
            else if (token.Element.ValueKind == JsonValueKind.String) _names[name] = token.Text();
        }
    }

    private void ReadEnds(JsonNode root)
    {
        if (root.Find("eos_token_id") is not JsonNode ids) return;
        if (ids.Element.ValueKind == JsonValueKind.Array) _ends.AddRange(ids.Items().Select(id => id.Number()));
        else _ends.Add(ids.Number());
    }
}
