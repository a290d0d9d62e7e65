using System.Text.Json;
using Engine.Cli.Output;
using Engine.Formats.Gguf;

namespace Engine.Cli.Inspection;

/// <summary>Metadata values as JSON. Long arrays (a vocabulary) are described and not listed.</summary>
internal static class MetadataJson
{
    private const int LongestArray = 64;

    /// <summary>Writes one property.</summary>
    public static void Write(Utf8JsonWriter json, string key, GgufValue value)
    {
        json.WritePropertyName(key);
        if (value.TryGetBoolean(out bool boolean)) json.WriteBooleanValue(boolean);
        else if (value.TryGetInteger(out long integer)) json.WriteNumberValue(integer);
        else if (value.TryGetInteger(out ulong large)) json.WriteNumberValue(large);
        else if (value.Value is float single && float.IsFinite(single)) json.WriteNumberValue(single);
        else if (value.TryGetDouble(out double real) && double.IsFinite(real)) json.WriteNumberValue(real);
        else if (value.Count > LongestArray) json.WriteStringValue(value.ToString());
        else if (value.TryGetIntegers(out long[] integers)) WriteArray(json, integers, json.WriteNumberValue);
        else if (value.TryGetSingles(out float[] singles)) json.WriteFloats(singles);
        else if (value.TryGetStrings(out var strings)) WriteArray(json, strings, json.WriteStringValue);
        else json.WriteStringValue(value.ToString());
    }

    private static void WriteArray<T>(Utf8JsonWriter json, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray();
        foreach (var value in values) write(value);
        json.WriteEndArray();
    }
}
