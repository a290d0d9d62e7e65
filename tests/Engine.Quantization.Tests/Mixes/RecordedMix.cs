using System.Text.Json;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Tests.Mixes;

/// <summary>What llama-quantize chose for models of many shapes: data/mixes.json, made by data/record-mixes.py.</summary>
internal sealed record RecordedMix(
    string Model, ModelTraits Traits, IReadOnlyList<TensorDescription> Tensors, IReadOnlyDictionary<string, QuantType[]?> Runs)
{
    public static IReadOnlyList<RecordedMix> All { get; } = Read();

    private static RecordedMix[] Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "data", "mixes.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static RecordedMix Read(JsonElement element)
    {
        string name = element.GetProperty("model").GetString()!;
        var metadata = new GgufMetadata(name, element.GetProperty("metadata").EnumerateObject()
            .Select(field => KeyValuePair.Create(field.Name, Value(field.Value))));
        TensorDescription[] tensors = [.. element.GetProperty("tensors").EnumerateArray().SelectMany(Group)];
        return new RecordedMix(name, ModelTraits.Of(metadata), tensors, element.GetProperty("runs").EnumerateObject()
            .ToDictionary(run => run.Name, run => run.Value.GetString() is { } text ? Types(text) : null));
    }

    private static GgufValue Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => GgufValue.Of(value.GetString()!),
        _ when value.TryGetInt32(out int integer) => GgufValue.Of(integer),
        _ => GgufValue.Of(value.GetSingle()),
    };

    // [part of the name, first layer, last layer, shape...]; layer -1: the part is the whole name.
    private static IEnumerable<TensorDescription> Group(JsonElement group)
    {
        string part = group[0].GetString()!;
        long[] shape = [.. group.EnumerateArray().Skip(3).Select(length => length.GetInt64())];
        for (int layer = group[1].GetInt32(); layer <= group[2].GetInt32(); layer++)
            yield return new TensorDescription(layer < 0 ? part : $"blk.{layer}.{part}", shape, QuantType.F16);
    }

    // "Q4_K*3 Q6_K"
    private static QuantType[] Types(string text) =>
    [
        .. text.Split(' ').Select(run => run.Split('*')).SelectMany(run =>
            Enumerable.Repeat(Enum.Parse<QuantType>(run[0]), run.Length > 1 ? int.Parse(run[1]) : 1)),
    ];
}
