using System.Text;
using System.Text.Json.Nodes;
using Engine.Tokenization;
using Engine.Tokenization.Json;

namespace Engine.Tests.Tokenization.Json;

/// <summary>Small tokenizer.json files, from data/tokenizers/json and made in tests.</summary>
internal static class JsonNodes
{
    public const string Name = "tokenizer.json";

    /// <summary>Two words and an unknown one.</summary>
    public const string WordLevel = """{"type":"WordLevel","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"b":2}}""";

    public static System.Text.Json.Nodes.JsonNode Read(string name) => System.Text.Json.Nodes.JsonNode.Parse(
        System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "tokenizers", "json", name)))!;

    /// <summary>A file with these fields.</summary>
    public static string With(params ReadOnlySpan<(string Name, System.Text.Json.Nodes.JsonNode? Value)> fields)
    {
        var file = new JsonObject { ["version"] = "1.0" };
        foreach ((string name, System.Text.Json.Nodes.JsonNode? value) in fields) file[name] = value?.DeepClone();
        return file.ToJsonString();
    }

    /// <summary>A file of two words with a field as text.</summary>
    public static string With(string name, string value) => $$"""{"model":{{WordLevel}},"{{name}}":{{value}}}""";

    public static JsonTokenizer Open(string json) => JsonTokenizerReader.Read(Encoding.UTF8.GetBytes(json), Name, SideFiles.None);
}
