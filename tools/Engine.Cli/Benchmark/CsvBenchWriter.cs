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
        Output.WriteLine(string.Join(',', fields.Select(field => Cell(field.Value))));
        Output.Flush();
    }

    /// <summary>A value in quotes.</summary>
    public static string Cell(object value) => $"\"{Text(value).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Text(object value) =>
        value is double number ? Units.Fixed(number, 6) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
