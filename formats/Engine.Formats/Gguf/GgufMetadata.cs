using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Engine.Formats.Gguf;

/// <summary>
/// The keys and values of a GGUF file in the file's order. The getters with a default return it where the key is missing; every getter
/// throws <see cref="ModelFormatException"/>, which names the key, where the value is of another type or does not fit, and those
/// without a default also where the key is missing.
/// </summary>
public sealed class GgufMetadata : IReadOnlyDictionary<string, GgufValue>
{
    private readonly OrderedDictionary<string, GgufValue> _values;

    /// <summary>Makes metadata of values from elsewhere than a file, as tests and converters need it.</summary>
    /// <param name="file">Name of where the values come from, for messages.</param>
    /// <param name="values">Keys and values in order.</param>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public GgufMetadata(string file, IEnumerable<KeyValuePair<string, GgufValue>> values)
        : this(file, new OrderedDictionary<string, GgufValue>(values, StringComparer.Ordinal))
    {
    }

    internal GgufMetadata(string file, OrderedDictionary<string, GgufValue> values)
    {
        File = file;
        _values = values;
    }

    /// <summary>Path or name of the file, for messages.</summary>
    public string File { get; }

    /// <inheritdoc/>
    public int Count => _values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc/>
    public IEnumerable<GgufValue> Values => _values.Values;

    /// <summary>The value of a key.</summary>
    /// <exception cref="ModelFormatException">The key is missing.</exception>
    public GgufValue this[string key] => _values.TryGetValue(key, out GgufValue? value)
        ? value
        : throw new ModelFormatException(File, key, "no such key", "a value");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out GgufValue value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The text of a string value.</summary>
    public string GetString(string key) =>
        Required(key, "a string").TryGetString(out string value) ? value : throw WrongType(key, "a string");

    /// <summary>The text of a string value, or the default where the key is missing.</summary>
    [return: NotNullIfNotNull(nameof(defaultValue))]
    public string? GetString(string key, string? defaultValue) => ContainsKey(key) ? GetString(key) : defaultValue;

    /// <summary>An integer of any width that fits into 32 bits, signed.</summary>
    public int GetInt32(string key) => GetInteger<int>(key);

    /// <summary>An integer of any width that fits into 32 bits, signed, or the default where the key is missing.</summary>
    public int GetInt32(string key, int defaultValue) => ContainsKey(key) ? GetInteger<int>(key) : defaultValue;

    /// <summary>An integer of any width that fits into 32 bits, unsigned.</summary>
    public uint GetUInt32(string key) => GetInteger<uint>(key);

    /// <summary>An integer of any width that fits into 32 bits, unsigned, or the default where the key is missing.</summary>
    public uint GetUInt32(string key, uint defaultValue) => ContainsKey(key) ? GetInteger<uint>(key) : defaultValue;

    /// <summary>An integer of any width that fits into 64 bits, signed.</summary>
    public long GetInt64(string key) => GetInteger<long>(key);

    /// <summary>An integer of any width that fits into 64 bits, signed, or the default where the key is missing.</summary>
    public long GetInt64(string key, long defaultValue) => ContainsKey(key) ? GetInteger<long>(key) : defaultValue;

    /// <summary>A number of any type in single precision.</summary>
    public float GetSingle(string key) =>
        Required(key, "a number").TryGetDouble(out double value) ? (float)value : throw WrongType(key, "a number");

    /// <summary>A number of any type in single precision, or the default where the key is missing.</summary>
    public float GetSingle(string key, float defaultValue) => ContainsKey(key) ? GetSingle(key) : defaultValue;

    /// <summary>A boolean.</summary>
    public bool GetBoolean(string key) =>
        Required(key, "a boolean").TryGetBoolean(out bool value) ? value : throw WrongType(key, "a boolean");

    /// <summary>A boolean, or the default where the key is missing.</summary>
    public bool GetBoolean(string key, bool defaultValue) => ContainsKey(key) ? GetBoolean(key) : defaultValue;

    /// <summary>An array of strings, decoded anew at each call; <see cref="GetStringArray"/> has their bytes.</summary>
    public string[] GetStrings(string key) => GetStringArray(key).ToArray();

    /// <summary>An array of strings as it lies in the file: bytes, decoded on demand.</summary>
    public GgufStrings GetStringArray(string key) => Required(key, "an array of strings").TryGetStrings(out GgufStrings values)
        ? values
        : throw WrongType(key, "an array of strings");

    /// <summary>An array of integers of any width that fit into 32 bits, signed. Not to be written to.</summary>
    public int[] GetInt32s(string key) => Required(key, "an array of integers").TryGetIntegers(out int[] values)
        ? values
        : throw WrongType(key, "an array of integers of 32 bits");

    /// <summary>An array of floating-point numbers. Not to be written to.</summary>
    public float[] GetSingles(string key) => Required(key, "an array of floating-point numbers").TryGetSingles(out float[] values)
        ? values
        : throw WrongType(key, "an array of floating-point numbers");

    /// <summary>The same metadata with some values replaced or added.</summary>
    public GgufMetadata With(IReadOnlyDictionary<string, GgufValue> overrides)
    {
        if (overrides.Count == 0) return this;
        var values = new OrderedDictionary<string, GgufValue>(_values, StringComparer.Ordinal);
        foreach ((string key, GgufValue value) in overrides) values[key] = value;
        return new GgufMetadata(File, values);
    }

    private T GetInteger<T>(string key) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string expected = $"an integer from {T.MinValue} to {T.MaxValue}";
        return Required(key, expected).TryGetInteger(out T value) ? value : throw WrongType(key, expected);
    }

    private GgufValue Required(string key, string expected) => TryGetValue(key, out GgufValue? value)
        ? value
        : throw new ModelFormatException(File, key, "no such key", expected);

    private ModelFormatException WrongType(string key, string expected)
    {
        GgufValue value = this[key];
        string text = ModelFormatException.Shown(value.ToString());
        string found = value.Type == GgufValueType.Array ? value.Describe() : $"{value.Type} {text}";
        return new ModelFormatException(File, key, found, expected);
    }
}
