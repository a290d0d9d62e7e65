using System.Text.Json;
using Engine.Cli.Output;

namespace Engine.Cli.Comparison;

/// <summary>The table of <c>engine compare</c> as text, Markdown and JSON.</summary>
internal static class ComparisonTable
{
    private static readonly Column[] Columns =
    [
        new("file"), new("type"), new("bits/weight", Right: true), new("file MB", Right: true), new("memory MB", Right: true),
        new("prompt t/s", Right: true), new("decode t/s", Right: true), new("perplexity", Right: true), new("KL divergence", Right: true),
        new("99.9%", Right: true), new("same top", Right: true),
    ];

    /// <summary>Writes aligned text.</summary>
    public static void WriteText(Terminal terminal, IReadOnlyList<ComparedModel> models, string convention)
    {
        var table = new Table(Columns);
        foreach (var model in models) table.Add(Cells(model));
        table.Write(terminal);
        terminal.Output.WriteLine($"KL divergence from the first file; {convention}");
    }

    /// <summary>Writes a Markdown table.</summary>
    public static void WriteMarkdown(TextWriter output, IReadOnlyList<ComparedModel> models, string convention)
    {
        output.WriteLine($"| {string.Join(" | ", Columns.Select(column => column.Title))} |");
        output.WriteLine($"|{string.Concat(Columns.Select(column => column.Right ? "---:|" : "---|"))}");
        foreach (var model in models)
            output.WriteLine($"| {string.Join(" | ", Cells(model).Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        output.WriteLine();
        output.WriteLine($"KL divergence from the first file; {convention}.");
    }

    /// <summary>Writes an array of objects.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<ComparedModel> models)
    {
        json.WriteObjects(models, model =>
        {
            json.WriteString("file", model.File);
            json.WriteString("type", model.Type);
            json.WriteFinite("bits_per_weight", model.BitsPerWeight);
            json.WriteNumber("file_bytes", model.FileBytes);
            json.WriteNumber("memory_bytes", model.MemoryBytes);
            json.WriteFinite("prompt_ts", model.PromptSpeed ?? double.NaN);
            json.WriteFinite("decode_ts", model.DecodeSpeed ?? double.NaN);
            json.WriteFinite("ppl", model.Perplexity.Value);
            json.WriteFinite("ppl_stderr", model.Perplexity.StandardError);
            json.WriteFinite("kld_mean", model.Divergence?.Mean ?? double.NaN);
            json.WriteFinite("kld_stderr", model.Divergence?.StandardError ?? double.NaN);
            json.WriteFinite("kld_p999", model.Divergence?.Percentile999 ?? double.NaN);
            json.WriteFinite("top1", model.Divergence?.SameTop ?? double.NaN);
        });
    }

    private static string[] Cells(ComparedModel model) =>
    [
        Path.GetFileName(model.File), model.Type, Units.Fixed(model.BitsPerWeight, 2), Units.Fixed(model.FileBytes / 1e6, 1),
        Units.Fixed(model.MemoryBytes / 1e6, 1), Speed(model.PromptSpeed), Speed(model.DecodeSpeed),
        $"{Units.Fixed(model.Perplexity.Value, 3)} ± {Units.Fixed(model.Perplexity.StandardError, 3)}",
        // What was saved in 16 bits leaves a rounding error of either sign.
        model.Divergence is { } one ? $"{Units.Fixed(Math.Max(0, one.Mean), 4)} ± {Units.Fixed(one.StandardError, 4)}" : "base",
        model.Divergence is { } two ? Units.Fixed(two.Percentile999, 3) : "",
        model.Divergence is { } three ? Units.Fixed(100 * three.SameTop, 1) + " %" : "",
    ];

    private static string Speed(double? speed) => speed is { } value ? Units.Fixed(value, 1) : "-";
}
