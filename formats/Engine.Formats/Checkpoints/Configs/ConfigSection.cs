using System.Text.Json;

namespace Engine.Formats.Checkpoints.Configs;

/// <summary>An object in a JSON file, whose errors name the file and the path of the key.</summary>
internal sealed class ConfigSection
{
    private readonly string _file;
    private readonly string _path;
    private readonly JsonElement _json;
    private readonly PatternBudget _patterns;

    /// <summary>Makes the section that a file or key holds.</summary>
    /// <exception cref="ModelFormatException">The element is no object.</exception>
    public ConfigSection(string file, string path, JsonElement json) : this(file, path, json, new PatternBudget())
    {
    }

    private ConfigSection(string file, string path, JsonElement json, PatternBudget patterns)
    {
        (_file, _path, _json, _patterns) = (file, path, json, patterns);
        if (json.ValueKind != JsonValueKind.Object)
            throw new ModelFormatException(file, path.Length == 0 ? null : path, Shown(json), "an object");
    }

    /// <summary>Path of the file.</summary>
    public string File => _file;

    /// <summary>Name of the section's last key.</summary>
    public string Name => _path[(_path.LastIndexOf('.') + 1)..];

    /// <summary>Path of a key, for messages.</summary>
    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    /// <summary>Whether a key is there, and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The first of some keys that is there, else the first.</summary>
    public string FirstOf(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Has(key)) return key;
        }
        return keys[0];
    }

    /// <summary>An integer within limits.</summary>
    public int Int(string key, int lowest, int highest)
    {
        JsonElement value = Get(key);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= lowest && number <= highest)
            return number;
        throw Error(key, Shown(value), $"an integer from {lowest} to {highest}");
    }

    /// <summary>An integer within limits; <paramref name="fallback"/> where the key is missing or null.</summary>
    public int Int(string key, int lowest, int highest, int fallback) => Has(key) ? Int(key, lowest, highest) : fallback;

    /// <summary>A number; <paramref name="fallback"/> where the key is missing or null.</summary>
    public double Number(string key, double fallback)
    {
        if (Find(key) is not { } value) return fallback;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)) return number;
        throw Error(key, Shown(value), "a number");
    }

    /// <summary>True or false; <paramref name="fallback"/> where the key is missing or null.</summary>
    public bool Bool(string key, bool fallback) => Find(key) is not { } value ? fallback : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error(key, Shown(value), "true or false"),
    };

    /// <summary>A text.</summary>
    public string String(string key) => Text(Get(key), key);

    /// <summary>A text; null where the key is missing or null.</summary>
    public string? FindString(string key) => Find(key) is { } value ? Text(value, key) : null;

    /// <summary>A list of texts; empty where the key is missing or null.</summary>
    public string[] Strings(string key) => Find(key) is { } list ? [.. Items(list, key).Select(item => Text(item, key))] : [];

    /// <summary>The texts in a list or the one text that stands in its place; empty where the key is missing or null.</summary>
    public string[] StringOrStrings(string key) => Find(key) is { ValueKind: JsonValueKind.String } one ? [Text(one, key)] : Strings(key);

    /// <summary>A regular expression that stands under a key.</summary>
    /// <exception cref="ModelFormatException">It is none, or one too many in the file.</exception>
    public ModulePattern Pattern(string key, string pattern) => new(_file, PathOf(key), pattern, _patterns);

    /// <summary>A list of two sizes; null where the key is missing or null.</summary>
    public (int Rows, int Columns)? FindSizes(string key)
    {
        if (Find(key) is not { } list) return null;
        int[] sizes = [.. Items(list, key).Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int size) ? size : 0)];
        return sizes is [> 0, > 0] ? (sizes[0], sizes[1]) : throw Error(key, Shown(list), "two positive integers");
    }

    /// <summary>An object.</summary>
    public ConfigSection Section(string key) => new(_file, PathOf(key), Get(key), _patterns);

    /// <summary>An object; null where the key is missing or null.</summary>
    public ConfigSection? FindSection(string key) => Has(key) ? Section(key) : null;

    /// <summary>All members that are not null, which must be objects, with their names.</summary>
    public IEnumerable<(string Key, ConfigSection Value)> Members() =>
        from member in _json.EnumerateObject()
        where member.Value.ValueKind != JsonValueKind.Null
        let name = Whole(() => member.Name, null)
        select (name, new ConfigSection(_file, PathOf(name), member.Value, _patterns));

    /// <summary>The value of a key as JSON, shortened; "nothing" where it is missing.</summary>
    public string ShownValue(string key) => Find(key) is { } value ? Shown(value) : "nothing";

    /// <summary>An error in the value of a key.</summary>
    public ModelFormatException Error(string key, string found, string expected) => new(_file, PathOf(key), found, expected);

    // Keys with escapes are unescaped before they are compared.
    private JsonElement? Find(string key) => Whole<JsonElement?>(
        () => _json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null, null);

    private JsonElement Get(string key) => Find(key) ?? throw Error(key, "nothing", "a value");

    private IEnumerable<JsonElement> Items(JsonElement list, string key) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Error(key, Shown(list), "a list");

    private string Text(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.String) throw Error(key, Shown(value), "a text");
        return Whole(() => value.GetString()!, key);
    }

    /// <summary>What needs a text unescaped, which fails where it has half a character.</summary>
    private T Whole<T>(Func<T> read, string? key)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            string item = key is null ? _path : PathOf(key);
            throw new ModelFormatException(_file, item.Length == 0 ? null : item, "half a surrogate pair", "a text", e);
        }
    }

    private static string Shown(JsonElement value) => ModelFormatException.Shown(value.GetRawText());
}
