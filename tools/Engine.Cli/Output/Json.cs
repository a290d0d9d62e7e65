using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Engine.Cli.Output;

/// <summary>Writes JSON for scripts: one value on one line, text as UTF-8 and not as escapes.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How JSON that people may edit is written.</summary>
    public static readonly JsonWriterOptions Indented = Compact with { Indented = true, NewLine = "\n" };

    /// <summary>Writes what <paramref name="write"/> makes, and a line end.</summary>
    public static void WriteLine(TextWriter output, Action<Utf8JsonWriter> write, bool indented = false)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(bytes, indented ? Indented : Compact)) write(writer);
        output.WriteLine(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    /// <summary>An array of objects, one for each item.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="items">The items.</param>
    /// <param name="write">Writes an item's properties.</param>
    public static void WriteObjects<T>(this Utf8JsonWriter json, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray();
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>A property with an array of token ids.</summary>
    public static void WriteIds(this Utf8JsonWriter json, string name, IEnumerable<int> ids)
    {
        json.WritePropertyName(name);
        json.WriteIds(ids);
    }

    /// <summary>An array of token ids.</summary>
    public static void WriteIds(this Utf8JsonWriter json, IEnumerable<int> ids)
    {
        json.WriteStartArray();
        foreach (int id in ids) json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    /// <summary>
    /// An array of floats, each with the digits that give the same float when read again; null for what JSON has no number for.
    /// </summary>
    public static void WriteFloats(this Utf8JsonWriter json, ReadOnlySpan<float> values)
    {
        json.WriteStartArray();
        foreach (float value in values)
        {
            if (float.IsFinite(value)) json.WriteNumberValue(value);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
    }

    /// <summary>A property with a number, null where JSON has no number for it.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
