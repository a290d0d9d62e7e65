using System.Globalization;
using Engine.Cli.Output;

namespace Engine.Cli.Benchmark;

/// <summary>A Markdown table with llama-bench's columns.</summary>
internal sealed class MarkdownBenchWriter(BenchSubject subject, Terminal terminal) : BenchWriter(subject, terminal)
{
    private static readonly (string Title, int Width, bool Right)[] Columns =
    [
        ("model", 30, false), ("size", 10, true), ("params", 10, true), ("backend", 10, false), ("threads", 7, true), ("test", 15, true),
        ("t/s", 20, true),
    ];

    public override void Begin()
    {
        WriteRow([.. Columns.Select(column => column.Title)]);
        WriteRow([.. Columns.Select(column => column.Right ? new string('-', column.Width - 1) + ":" : new string('-', column.Width))]);
    }

    public override void Add(BenchResult result)
    {
        var speeds = result.Speeds;
        WriteRow(
        [
            Subject.Model, Units.Bytes(Subject.Bytes), Units.Parameters(Subject.Parameters), Subject.Backend,
            result.Threads.ToString(CultureInfo.InvariantCulture), result.Test.Name,
            $"{Units.Fixed(BenchResult.Mean(speeds), 2)} ± {Units.Fixed(BenchResult.Deviation(speeds), 2)}",
        ]);
    }

    private void WriteRow(string[] cells)
    {
        var padded = cells.Select((cell, index) =>
            Columns[index].Right ? cell.PadLeft(Columns[index].Width) : cell.PadRight(Columns[index].Width));
        Output.WriteLine($"| {string.Join(" | ", padded)} |");
        Output.Flush();
    }
}
