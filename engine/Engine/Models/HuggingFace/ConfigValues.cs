using System.Text.Json;
using Engine.Formats;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>
/// The keys of a config.json, with a family's defaults behind them. Where several names are given, they are spellings of one key, and the
/// first that is there counts.
/// </summary>
internal sealed class ConfigValues(JsonNode root, JsonNode defaults)
{
    /// <summary>A key that is there and not null.</summary>
    public JsonNode? Find(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (root.Find(name) is { } node) return node;
        }
        foreach (string name in names)
        {
            if (defaults.Find(name) is { } node) return node;
        }
        return null;
    }

    /// <summary>Whether a key is there and null.</summary>
    public bool IsNull(string name) =>
        root.Element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Null;

    public long? Integer(params ReadOnlySpan<string> names) => Find(names)?.Integer();

    public double? Real(params ReadOnlySpan<string> names) => Find(names)?.Real();

    public bool? Flag(string name) => Find(name) is { } node ? node.Flag() : null;

    public string? Text(params ReadOnlySpan<string> names) => Find(names)?.Text();

    /// <summary>A key that must be there: an integer from 1 on.</summary>
    /// <exception cref="ModelFormatException">It is missing or another value.</exception>
    public int Count(int most, params ReadOnlySpan<string> names)
    {
        JsonNode node = Find(names) ?? root.Get(names[0]);
        long value = node.Integer();
        return value >= 1 && value <= most ? (int)value : throw node.Error($"{value}", $"a number from 1 to {most}");
    }

    /// <summary>The exception that says what is wrong with a key.</summary>
    public ModelFormatException Wrong(string name, string found, string expected) => root.ErrorAt(name, found, expected);
}
