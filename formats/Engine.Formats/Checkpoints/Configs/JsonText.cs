using System.Text.Json;

namespace Engine.Formats.Checkpoints.Configs;

/// <summary>Small JSON texts that stand inside other files.</summary>
internal static class JsonText
{
    /// <summary>Reads an object.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">The file that holds it.</param>
    /// <param name="item">The tensor or key that holds it; empty where it is the file.</param>
    /// <exception cref="ModelFormatException">It is no JSON, or no object.</exception>
    public static ConfigSection Parse(string text, string file, string item) => Read(() => JsonDocument.Parse(text), file, item);

    /// <summary>Reads an object from UTF-8.</summary>
    /// <exception cref="ModelFormatException">It is no JSON, or no object.</exception>
    public static ConfigSection Parse(ReadOnlyMemory<byte> text, string file, string item) =>
        Read(() => JsonDocument.Parse(text), file, item);

    private static ConfigSection Read(Func<JsonDocument> parse, string file, string item)
    {
        try
        {
            using JsonDocument json = parse();
            return new ConfigSection(file, item, json.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file, item.Length == 0 ? null : item, "bad JSON", "valid JSON in UTF-8", e);
        }
    }
}
