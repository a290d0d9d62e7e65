using Engine.Formats.Gguf;

namespace Engine.Models.HuggingFace;

/// <summary>GGUF keys and values that are made of a config.json, and which of its keys each comes from.</summary>
internal sealed class TranslatedKeys(string architecture)
{
    private readonly Dictionary<string, string> _origins = new(StringComparer.Ordinal);

    /// <summary>The keys in the order in which they were set.</summary>
    public OrderedDictionary<string, GgufValue> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Sets one of the architecture's keys to a number or boolean.</summary>
    /// <param name="key">The key without the architecture.</param>
    /// <param name="origin">The key of config.json that it comes from.</param>
    /// <param name="value">The value; null leaves the key out.</param>
    public void Set<T>(string key, string origin, T? value) where T : unmanaged =>
        Set(key, origin, value is { } some ? GgufValue.Of(some) : null);

    /// <summary>Sets one of the architecture's keys.</summary>
    public void Set(string key, string origin, GgufValue? value)
    {
        string full = $"{architecture}.{key}";
        _origins[full] = origin;
        if (value is not null) Values[full] = value;
    }

    /// <summary>Sets a key that is no architecture's own.</summary>
    public void SetGeneral(string key, GgufValue value) => Values[key] = value;

    /// <summary>The key of config.json behind a GGUF key; null where there is none.</summary>
    public string? OriginOf(string key) => _origins.GetValueOrDefault(key);
}
