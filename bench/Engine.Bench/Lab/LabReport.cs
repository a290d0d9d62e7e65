using System.Globalization;
using System.Text.Json;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Prints rows as they come and exports them at the end.</summary>
internal sealed class LabReport(int threads)
{
    private readonly List<LabRow> _rows = [];
    private readonly string _head = string.Create(CultureInfo.InvariantCulture, $"{threads} threads, {Processor.Default}, {DateTime.UtcNow:yyyy-MM-dd}");

    /// <summary>Before the first row.</summary>
    public void Begin() => Console.WriteLine($"{_head}; best of many runs (median), share of the machine's limit");

    /// <summary>One row.</summary>
    public void Add(LabRow row)
    {
        _rows.Add(row);
        string share = double.IsFinite(row.Share) ? Text($"{100 * row.Share,4:F0}%") : "     ";
        Console.WriteLine(Text($"{row.Entry,-18} {row.Variant,-22} {row.Best,8:F1} ({row.Median:F1}) {row.Unit} {share} {row.Check}").TrimEnd());
    }

    /// <summary>Writes a Markdown table.</summary>
    public void WriteMarkdown(string path)
    {
        IEnumerable<string> lines = _rows.Select(row =>
            Text($"| {row.Entry} | {row.Variant} | {row.Best:F1} | {row.Median:F1} | {row.Unit} | ")
            + (double.IsFinite(row.Share) ? Text($"{row.Limit:F1} | {100 * row.Share:F0}%") : "- | -") + $" | {row.Check} |");
        File.WriteAllLines(path,
        [
            _head, "", "| entry | variant | best | median | unit | limit | share | check |", "|---|---|---:|---:|---|---:|---:|---|", .. lines,
        ]);
    }

    /// <summary>Writes an array of objects.</summary>
    public void WriteJson(string path)
    {
        using FileStream stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (LabRow row in _rows)
        {
            json.WriteStartObject();
            json.WriteString("entry", row.Entry);
            json.WriteString("variant", row.Variant);
            json.WriteString("unit", row.Unit);
            json.WriteNumber("best", row.Best);
            json.WriteNumber("median", row.Median);
            if (double.IsFinite(row.Limit)) json.WriteNumber("limit", row.Limit);
            if (row.Check.Length > 0) json.WriteString("check", row.Check);
            json.WriteNumber("threads", threads);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
