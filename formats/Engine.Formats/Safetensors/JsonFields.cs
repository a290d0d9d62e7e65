using System.Text.Json;

namespace Engine.Formats.Safetensors;

/// <summary>
/// A strict walk through JSON for the two small grammars of safetensors. Names may not repeat, nothing may be of another kind than
/// expected, and whatever is wrong with the text ends in <see cref="ModelFormatException"/>.
/// </summary>
internal ref struct JsonFields
{
    private const int DeepestNesting = 64;

    private readonly string _file;
    private readonly string _section;
    private Utf8JsonReader _json;

    private JsonFields(ReadOnlySpan<byte> text, string file, string section)
    {
        _file = file;
        _section = section;
        _json = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = DeepestNesting });
    }

    /// <summary>Reads the field whose name was just read.</summary>
    public delegate void Field(ref JsonFields json, string name);

    /// <summary>Name of the tensor or key that is being read, for messages; null for the section as a whole.</summary>
    public string? Item { get; set; }

    /// <summary>Reads a text that is one object, with nothing behind it.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="file">The file, for messages.</param>
    /// <param name="section">What the text is, for messages.</param>
    /// <param name="field">Reads the value of each field.</param>
    public static void ReadObject(ReadOnlySpan<byte> text, string file, string section, Field field)
    {
        var json = new JsonFields(text, file, section);
        try
        {
            json.Next();
            json.ReadObject(field);
            _ = json._json.Read(); // Throws where anything but white space follows.
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair or bytes that are no UTF-8.
            string place = $"bad JSON near byte {json._json.BytesConsumed}";
            throw new ModelFormatException(file, json.Item ?? section, place, "valid JSON in UTF-8", e);
        }
    }

    /// <summary>Reads an object, the current value.</summary>
    public void ReadObject(Field field)
    {
        Demand(JsonTokenType.StartObject, "an object");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (Next() != JsonTokenType.EndObject)
        {
            string name = _json.GetString()!;
            if (!names.Add(name)) throw Error($"the name \"{ModelFormatException.Shown(name)}\" twice", "once");
            Next();
            field(ref this, name);
        }
    }

    /// <summary>Reads a string, the current value.</summary>
    public string ReadString()
    {
        Demand(JsonTokenType.String, "a string");
        return _json.GetString()!;
    }

    /// <summary>Reads an array of integers from 0 on, the current value.</summary>
    public long[] ReadLengths()
    {
        Demand(JsonTokenType.StartArray, "an array of integers");
        var lengths = new List<long>();
        while (Next() != JsonTokenType.EndArray)
        {
            Demand(JsonTokenType.Number, "an integer");
            if (!_json.TryGetInt64(out long length) || length < 0)
                throw Error("a number that is no size", $"an integer from 0 to {long.MaxValue}");
            lengths.Add(length);
        }
        return [.. lengths];
    }

    /// <summary>Passes over the current value.</summary>
    public void Skip() => _json.Skip();

    public readonly ModelFormatException Error(string found, string expected) => new(_file, Item ?? _section, found, expected);

    private JsonTokenType Next()
    {
        if (!_json.Read()) throw Error("the end of the JSON text", "more of it");
        return _json.TokenType;
    }

    private readonly void Demand(JsonTokenType type, string expected)
    {
        if (_json.TokenType != type) throw Error($"a JSON {_json.TokenType}", expected);
    }
}
