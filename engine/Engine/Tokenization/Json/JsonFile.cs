using System.Text.Json;
using Engine.Formats;

namespace Engine.Tokenization.Json;

/// <summary>Reads a small JSON file that holds one object; whatever is wrong with its text ends in one exception.</summary>
internal static class JsonFile
{
    private const int LargestFile = 1 << 26;

    /// <summary>Reads a file that may be missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads the root, which is void afterwards.</param>
    /// <returns>False where there is no such file.</returns>
    /// <exception cref="ModelFormatException">The file is too large, no JSON object, or not what <paramref name="read"/> expects.</exception>
    public static bool TryRead(string path, Action<JsonNode> read)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(SmallFile.Read(path, LargestFile, "a JSON file"));
            read(JsonNode.Root(document.RootElement, path));
            return true;
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(path, null, $"bad JSON in line {e.LineNumber + 1}", "valid JSON, at most 64 levels deep", e);
        }
        catch (InvalidOperationException e)
        {
            throw new ModelFormatException(path, null, "a text with half a character", "valid JSON in UTF-8", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ModelFormatException(path, null, "a file that may not be read", "a JSON file", e);
        }
    }

    /// <summary>Reads an object that the program itself has.</summary>
    public static T Parse<T>(string json, Func<JsonNode, T> read)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return read(JsonNode.Root(document.RootElement, "defaults"));
    }
}
