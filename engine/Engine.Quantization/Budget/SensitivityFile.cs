using System.Text.Json;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>Measured sensitivities in a file (JSON), so that plans for other budgets need no second measurement.</summary>
public static class SensitivityFile
{
    private const string Form = "engine-sensitivity-1";
    private const int MostBytes = 64 << 20;

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(string path, IReadOnlyList<TensorSensitivity> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            json.WriteString("format", Form);
            json.WriteStartArray("tensors");
            foreach (TensorSensitivity tensor in tensors)
            {
                json.WriteStartObject();
                json.WriteString("name", tensor.Name);
                json.WriteNumber("slope", tensor.Slope);
                json.WriteStartObject("errors");
                foreach (TypeError error in tensor.Errors) json.WriteNumber(QuantTypes.Get(error.Type).Name, error.Error);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote for the same model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model's tensors.</param>
    /// <exception cref="ModelFormatException">The file is missing, too large or malformed, or is another model's.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static IReadOnlyList<TensorSensitivity> Load(string path, IEnumerable<TensorDescription> model)
    {
        byte[] content = SmallFile.Read(path, MostBytes, "a file of --sensitivity-out");
        Dictionary<string, TensorDescription> known = model.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            if (document.RootElement.GetProperty("format").GetString() != Form)
                throw new ModelFormatException(path, "format", "another", Form);
            TensorSensitivity[] tensors =
                [.. document.RootElement.GetProperty("tensors").EnumerateArray().Select(tensor => Read(path, tensor, known))];
            if (tensors.CountBy(tensor => tensor.Name).FirstOrDefault(name => name.Value > 1) is { Key: { } name, Value: var times })
                throw new ModelFormatException(path, name, $"a tensor that is there {times} times", "each tensor once");
            return tensors;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new ModelFormatException(path, "the file", "JSON of another form", "sensitivities as --sensitivity-out writes them", e);
        }
    }

    private static TensorSensitivity Read(string path, JsonElement tensor, Dictionary<string, TensorDescription> known)
    {
        string name = tensor.GetProperty("name").GetString() ?? "";
        if (!known.TryGetValue(name, out TensorDescription? description))
            throw new ModelFormatException(path, name, "a tensor that the model does not have", "the model's tensors");
        return new TensorSensitivity(
            name, Number(path, name, tensor.GetProperty("slope")),
            [.. tensor.GetProperty("errors").EnumerateObject().Select(error => Error(path, description, error))]);
    }

    private static TypeError Error(string path, TensorDescription tensor, JsonProperty error)
    {
        if (!QuantTypes.TryParse(error.Name, out QuantTypeInfo? type) || !type.CanDecode || tensor.Columns % type.BlockElements != 0)
            throw new ModelFormatException(path, tensor.Name, error.Name, $"types that rows of {tensor.Columns} can take");
        return new TypeError(type.Type, Number(path, tensor.Name, error.Value));
    }

    private static double Number(string path, string tensor, JsonElement value) =>
        value.GetDouble() is >= 0 and < double.PositiveInfinity and var number
            ? number
            : throw new ModelFormatException(path, tensor, value.GetRawText(), "a finite number of at least 0");
}
