using System.Text.Encodings.Web;
using System.Text.Json;
using Engine.Formats;

namespace Engine.Tokenization.Json;

/// <summary>A value of a JSON file, the file, and where in it the value stands: what is wrong with it can be said in one line.</summary>
internal readonly struct JsonNode
{
    private const int ShownLength = 60;

    private readonly string _file;
    private readonly string _path;

    private JsonNode(JsonElement element, string file, string path)
    {
        Element = element;
        _file = file;
        _path = path;
    }

    /// <summary>The value.</summary>
    public JsonElement Element { get; }

    /// <summary>Number of values in an array or of fields in an object.</summary>
    public int Count => Element.ValueKind == JsonValueKind.Object ? Element.GetPropertyCount() : Element.GetArrayLength();

    private string Found => Element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => Shown(Element.GetString()!),
        _ => Cut(Element.GetRawText()),
    };

    /// <summary>The root of a file, an object.</summary>
    public static JsonNode Root(JsonElement element, string file) => new JsonNode(element, file, "").Demand(JsonValueKind.Object, "an object");

    /// <summary>The field of an object; null where it is missing or null.</summary>
    public JsonNode? Find(string name) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out JsonElement value) &&
        value.ValueKind != JsonValueKind.Null ? At(value, name) : null;

    /// <summary>The field of an object.</summary>
    /// <exception cref="ModelFormatException">There is none.</exception>
    public JsonNode Get(string name) => Find(name) ?? throw new ModelFormatException(_file, PathOf(name), "nothing", "a value");

    /// <summary>This value, of the kind asked for.</summary>
    /// <exception cref="ModelFormatException">It is of another kind.</exception>
    public JsonNode Demand(JsonValueKind kind, string expected) => Element.ValueKind == kind ? this : throw Error(Found, expected);

    /// <summary>The values of an array.</summary>
    public IEnumerable<JsonNode> Items()
    {
        JsonNode self = Demand(JsonValueKind.Array, "an array");
        return self.Element.EnumerateArray().Select((item, i) => self.At(item, $"[{i}]"));
    }

    /// <summary>The fields of an object.</summary>
    public JsonElement.ObjectEnumerator Fields() => Demand(JsonValueKind.Object, "an object").Element.EnumerateObject();

    /// <summary>The fields of an object with their names.</summary>
    public IEnumerable<(string Name, JsonNode Value)> Members()
    {
        JsonNode self = this;
        return Fields().Select(field => (field.Name, self.At(field.Value, field.Name)));
    }

    /// <summary>The text of a string.</summary>
    public string Text() => Demand(JsonValueKind.String, "a string").Element.GetString()!;

    /// <summary>The text of a field.</summary>
    public string GetText(string name) => Get(name).Text();

    /// <summary>The text of a field; null where it is missing or null.</summary>
    public string? FindText(string name) => Find(name)?.Text();

    /// <summary>The single character of a field.</summary>
    public string GetCharacter(string name)
    {
        JsonNode node = Get(name);
        string text = node.Text();
        bool single = text.Length == 1 || (text.Length == 2 && char.IsSurrogatePair(text, 0));
        return single ? text : throw node.Error(node.Found, "one character");
    }

    /// <summary>A field that is true or false; one that has no default must be there.</summary>
    public bool GetFlag(string name, bool? byDefault = null) => Find(name)?.Flag() ?? byDefault ?? Get(name).Flag();

    /// <summary>True or false.</summary>
    public bool Flag() => Element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error(Found, "true or false"),
    };

    /// <summary>A number from 0 on.</summary>
    public int Number() => Element.ValueKind == JsonValueKind.Number && Element.TryGetInt32(out int number) && number >= 0
        ? number
        : throw Error(Found, $"an integer from 0 to {int.MaxValue}");

    /// <summary>A field that is a number from 0 on; one that has no default must be there.</summary>
    public int GetNumber(string name, int? byDefault = null) => Find(name)?.Number() ?? byDefault ?? Get(name).Number();

    /// <summary>A number, infinite where it is too large for a double.</summary>
    public double Real() => Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double number)
        ? number
        : throw Error(Found, "a number");

    /// <summary>A field that is a number; null where it is missing or null.</summary>
    public double? FindReal(string name) => Find(name)?.Real();

    /// <summary>An integer of 64 bits, which may be written with a fraction of zero.</summary>
    public long Integer()
    {
        if (Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out long number)) return number;
        double real = Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out double any) ? any : double.NaN;
        return Math.Abs(real) <= 1L << 53 && real == Math.Truncate(real) ? (long)real : throw Error(Found, "an integer");
    }

    /// <summary>The kind that a component has.</summary>
    public string Kind() => GetText("type");

    /// <summary>The exception that says what is wrong with this value.</summary>
    public ModelFormatException Error(string found, string expected, Exception? inner = null) =>
        new(_file, _path.Length == 0 ? null : _path, found, expected, inner);

    /// <summary>The exception that says what is wrong with a field, which may be missing.</summary>
    public ModelFormatException ErrorAt(string name, string found, string expected) => new(_file, PathOf(name), found, expected);

    /// <summary>The exception at a component of an unknown kind.</summary>
    public ModelFormatException UnknownKind(string what, string known) =>
        Error($"the {what} {Shown(Kind())}", $"one of {known}");

    /// <summary>Text of a file in quotes, fit for one line of a message.</summary>
    public static string Shown(string text) =>
        $"\"{JsonEncodedText.Encode(Cut(text), JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>The beginning of a text, without half a character at its end.</summary>
    private static string Cut(string text) =>
        text.Length <= ShownLength ? text
        : text[..(char.IsHighSurrogate(text[ShownLength - 1]) ? ShownLength - 1 : ShownLength)] + "...";

    private JsonNode At(JsonElement element, string name) => new(element, _file, PathOf(name));

    private string PathOf(string name) => _path.Length == 0 || name.StartsWith('[') ? _path + name : $"{_path}.{name}";
}
