using System.Globalization;
using Engine.Cli.Output;

namespace Engine.Cli.Benchmark;

/// <summary>Comma-separated values under llama-bench's field names, all of them quoted.</summary>
internal sealed class CsvBenchWriter(BenchSubject subject, Terminal terminal) : BenchWriter(subject, terminal)
{
    private bool _hasHead;

    public override void Add(BenchResult result)
    {
        var fields = BenchFields.Of(Subject, result).ToList();
        if (!_hasHead) Output.WriteLine(string.Join(',', fields.Select(field => field.Name)));
        _hasHead = true;
        Output.WriteLine(string.Join(',', fields.Select(field => Quote(Text(field.Value)))));
        Output.Flush();
    }

    private static string Text(object value) =>
        value is double number ? Units.Fixed(number, 6) : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
