using System.Text.Json;
using Engine.Cli.Output;

namespace Engine.Cli.Benchmark;

/// <summary>A JSON array of objects with llama-bench's field names, the single repetitions included.</summary>
internal sealed class JsonBenchWriter(BenchSubject subject, Terminal terminal) : BenchWriter(subject, terminal)
{
    private readonly List<BenchResult> _results = [];

    public override void Add(BenchResult result) => _results.Add(result);

    public override void End() =>
        Json.WriteLine(Output, json => json.WriteObjects(_results, result => Write(json, result)), indented: true);

    /// <summary>Writes a field whose value is a string, a long or a double.</summary>
    public static void WriteField(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case long integer:
                json.WriteNumber(name, integer);
                break;
            case double real:
                json.WriteFinite(name, real);
                break;
            default:
                json.WriteString(name, (string)value);
                break;
        }
    }

    /// <summary>Writes the single repetitions.</summary>
    public static void WriteSamples(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private void Write(Utf8JsonWriter json, BenchResult result)
    {
        foreach (var (name, value) in BenchFields.Of(Subject, result)) WriteField(json, name, value);
        WriteSamples(json, "samples_ns", result.Nanoseconds);
        WriteSamples(json, "samples_ts", result.Speeds);
    }
}
