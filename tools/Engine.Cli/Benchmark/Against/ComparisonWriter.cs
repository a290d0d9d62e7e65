using System.Globalization;
using System.Text.Json;
using Engine.Cli.Output;

namespace Engine.Cli.Benchmark.Against;

/// <summary>Writes comparisons as a Markdown table, CSV or JSON.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="form">md, csv or json.</param>
internal sealed class ComparisonWriter(Terminal terminal, string form)
{
    private const double Giga = 1e9;

    /// <summary>Writes all of them.</summary>
    public void Write(BenchSubject subject, int threads, double readLimit, IReadOnlyList<Comparison> comparisons)
    {
        if (form == "json") WriteJson(subject, threads, comparisons);
        else if (form == "csv") WriteCsv(subject, threads, comparisons);
        else WriteMarkdown(subject, threads, readLimit, comparisons);
        terminal.Output.Flush();
    }

    private static IEnumerable<(string Name, object Value)> Fields(BenchSubject subject, int threads, Comparison comparison) =>
    [
        ("build", subject.Build),
        ("cpu_info", subject.Processor),
        ("backends", subject.Backend),
        ("model_filename", subject.File),
        ("model_type", subject.Model),
        ("model_size", subject.Bytes),
        ("n_threads", (long)threads),
        ("n_prompt", (long)comparison.Test.Prompt),
        ("n_gen", (long)comparison.Test.Generated),
        ("n_depth", (long)comparison.Test.Depth),
        ("peer", comparison.Peer),
        ("engine_ts", comparison.OurMedian),
        ("peer_ts", comparison.TheirMedian),
        ("ratio", comparison.Ratio),
        ("ratio_min", comparison.LowestRatio),
        ("ratio_max", comparison.HighestRatio),
        ("read_gbs", comparison.ReadRate / Giga),
        ("read_limit_gbs", comparison.ReadLimit / Giga),
    ];

    private static string Number(double value, int decimals) => double.IsFinite(value) ? Units.Fixed(value, decimals) : "-";

    private void WriteMarkdown(BenchSubject subject, int threads, double readLimit, IReadOnlyList<Comparison> comparisons)
    {
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        terminal.Output.WriteLine(
            $"{subject.Model} ({subject.File}), {Units.Bytes(subject.Bytes)}; {subject.Processor}, {subject.Backend}, {threads} threads; "
            + $"reads {Units.Fixed(readLimit / Giga, 1)} GB/s; {date}, engine {subject.Build}");
        terminal.Output.WriteLine();
        terminal.Output.WriteLine("| test | engine t/s | peer | peer t/s | ratio | spread | weights GB/s | of the limit |");
        terminal.Output.WriteLine("|------|-----------:|------|---------:|------:|-------:|-------------:|-------------:|");
        foreach (Comparison row in comparisons)
        {
            string spread = row.Theirs.Count == 0 ? "-" : $"{Number(row.LowestRatio, 2)} to {Number(row.HighestRatio, 2)}";
            string share = double.IsFinite(row.ReadShare) ? $"{Number(100 * row.ReadShare, 0)}%" : "-";
            terminal.Output.WriteLine(
                $"| {row.Test.Name} | {Number(row.OurMedian, 1)} | {row.Peer} | {Number(row.TheirMedian, 1)} | {Number(row.Ratio, 2)} | {spread} "
                + $"| {Number(row.ReadRate / Giga, 1)} | {share} |");
        }
    }

    private void WriteCsv(BenchSubject subject, int threads, IReadOnlyList<Comparison> comparisons)
    {
        for (int i = 0; i < comparisons.Count; i++)
        {
            var fields = Fields(subject, threads, comparisons[i]).ToList();
            if (i == 0) terminal.Output.WriteLine(string.Join(',', fields.Select(field => field.Name)));
            terminal.Output.WriteLine(string.Join(',', fields.Select(field => CsvBenchWriter.Cell(field.Value))));
        }
    }

    private void WriteJson(BenchSubject subject, int threads, IReadOnlyList<Comparison> comparisons) => Json.WriteLine(terminal.Output, json =>
    {
        json.WriteObjects(comparisons, row =>
        {
            foreach ((string name, object value) in Fields(subject, threads, row)) JsonBenchWriter.WriteField(json, name, value);
            JsonBenchWriter.WriteSamples(json, "engine_samples_ts", row.Ours);
            JsonBenchWriter.WriteSamples(json, "peer_samples_ts", row.Theirs);
        });
    }, indented: true);
}
