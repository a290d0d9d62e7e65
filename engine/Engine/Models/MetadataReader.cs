using System.Globalization;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Models;

/// <summary>Reads an architecture's keys ("llama.block_count") and holds each value against its range.</summary>
internal sealed class MetadataReader(GgufMetadata metadata, string architecture)
{
    internal bool Has(string key) => metadata.ContainsKey(Full(key));

    /// <summary>A required integer from 1 to <paramref name="most"/>.</summary>
    internal int Size(string key, int most) => InRange(key, metadata.GetInt64(Full(key)), 1, most);

    /// <summary>An optional integer from <paramref name="least"/> to <paramref name="most"/>.</summary>
    internal int Integer(string key, int defaultValue, int least, int most) =>
        Has(key) ? InRange(key, metadata.GetInt64(Full(key)), least, most) : defaultValue;

    /// <summary>An optional integer for each layer: one for all, or an array with one for each.</summary>
    internal int[] PerLayer(string key, int? defaultValue, int layers, int most)
    {
        if (metadata.TryGetValue(Full(key), out GgufValue? value) && value.Type == GgufValueType.Array)
        {
            int[] values = metadata.GetInt32s(Full(key));
            if (values.Length < layers) throw Wrong(key, $"an array of {values.Length}", $"one value for each of {layers} layers");
            foreach (int one in values) InRange(key, one, 0, most);
            return values[..layers];
        }
        int single = defaultValue is { } given && !Has(key) ? given : InRange(key, metadata.GetInt64(Full(key)), 0, most);
        var all = new int[layers];
        Array.Fill(all, single);
        return all;
    }

    /// <summary>A required finite number above 0, or at least 0 where <paramref name="zero"/> is allowed.</summary>
    internal float Positive(string key, bool zero = false) => Finite(key, metadata.GetSingle(Full(key)), zero);

    /// <summary>An optional finite number above 0, or at least 0 where <paramref name="zero"/> is allowed.</summary>
    internal float Positive(string key, float defaultValue, bool zero = false) => Has(key) ? Positive(key, zero) : defaultValue;

    internal bool Flag(string key, bool defaultValue) => metadata.GetBoolean(Full(key), defaultValue);

    /// <summary>A required boolean.</summary>
    internal bool Flag(string key) => metadata.GetBoolean(Full(key));

    internal string Text(string key, string defaultValue) => metadata.GetString(Full(key), defaultValue);

    /// <summary>The window flag of each layer: from an array of booleans, from a period, or from the default period.</summary>
    internal bool[] WindowPattern(string key, int layers, int defaultPeriod)
    {
        if (metadata.TryGetValue(Full(key), out GgufValue? value) && value.Type == GgufValueType.Array)
        {
            if (!value.TryGetArray(out bool[] flags)) flags = Array.ConvertAll(metadata.GetInt32s(Full(key)), flag => flag != 0);
            if (flags.Length < layers) throw Wrong(key, $"an array of {flags.Length}", $"one value for each of {layers} layers");
            return flags[..layers];
        }
        int period = Integer(key, defaultPeriod, 0, int.MaxValue);
        var pattern = new bool[layers];
        for (int layer = 0; layer < layers; layer++) pattern[layer] = period == 0 || layer % period < period - 1;
        return pattern;
    }

    internal ModelFormatException Wrong(string key, string found, string expected) => new(metadata.File, Full(key), found, expected);

    private string Full(string key) => $"{architecture}.{key}";

    private int InRange(string key, long value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw Wrong(key, value.ToString(CultureInfo.InvariantCulture), $"a number from {least} to {most}");
        }
        return (int)value;
    }

    private float Finite(string key, float value, bool zero)
    {
        if (!float.IsFinite(value) || value < 0f || (value == 0f && !zero))
        {
            string expected = zero ? "a finite number that is not negative" : "a finite number above 0";
            throw Wrong(key, value.ToString(CultureInfo.InvariantCulture), expected);
        }
        return value;
    }
}
