using System.Globalization;
using System.Text.Json;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Quantization.Imatrix;

namespace Engine.Cli.Evaluation;

/// <summary>What <c>engine imatrix</c> tells about a matrix.</summary>
internal static class ImportanceReport
{
    /// <summary>Writes what was made, in lines.</summary>
    public static void WriteText(TextWriter output, ImportanceMatrix matrix, string path, PerplexityResult? perplexity)
    {
        var rows = new List<(string, string)>
        {
            ("written", path),
            ("tensors", matrix.Entries.Count.ToString(CultureInfo.InvariantCulture)),
            ("text", $"{matrix.ChunkCount} chunks of {matrix.ChunkSize} tokens"),
        };
        if (perplexity is { } measured)
            rows.Add(("perplexity", $"{Units.Fixed(measured.Value, 4)} ± {Units.Fixed(measured.StandardError, 4)}"));
        if (matrix.Unseen > 0)
        {
            int unseen = matrix.Entries.Count(entry => entry.Unseen > 0);
            rows.Add(("experts never routed", $"{matrix.Unseen} matrices of {unseen} tensors; they will be weighed as the others' mean"));
        }
        Fields.Write(output, rows);
    }

    /// <summary>Writes what was made, as one object.</summary>
    public static void WriteJson(Utf8JsonWriter json, ImportanceMatrix matrix, string path, PerplexityResult? perplexity)
    {
        json.WriteStartObject();
        json.WriteString("output", path);
        json.WriteNumber("tensors", matrix.Entries.Count);
        json.WriteNumber("chunks", matrix.ChunkCount);
        json.WriteNumber("chunk_size", matrix.ChunkSize);
        json.WriteStartArray("datasets");
        foreach (string dataset in matrix.Datasets) json.WriteStringValue(dataset);
        json.WriteEndArray();
        json.WriteNumber("experts_never_routed", matrix.Unseen);
        if (perplexity is { } measured)
        {
            json.WriteFinite("ppl", measured.Value);
            json.WriteFinite("stderr", measured.StandardError);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes the statistics of every tensor and their averages by layer.</summary>
    public static void WriteStatistics(Terminal terminal, ImportanceMatrix matrix, bool asJson)
    {
        var statistics = ImportanceStatistics.Of(matrix);
        if (asJson)
        {
            Json.WriteLine(terminal.Output, json => WriteStatistics(json, statistics));
            return;
        }
        var table = new Table(
            new("tensor"), new("Σ act²", Right: true), new("min", Right: true), new("max", Right: true), new("mean", Right: true),
            new("σ", Right: true), new("active", Right: true), new("N", Right: true), new("entropy", Right: true), new("E norm", Right: true),
            new("ZD", Right: true), new("cosine", Right: true));
        foreach (var one in statistics)
        {
            table.Add(
                one.Name, Units.Fixed(one.Total, 2), Units.Fixed(one.Minimum, 4), Units.Fixed(one.Maximum, 4), Units.Fixed(one.Mean, 4),
                Units.Fixed(one.Deviation, 4), Percent(one.Active), one.Count.ToString(CultureInfo.InvariantCulture),
                Units.Fixed(one.Entropy, 3), Percent(one.NormalizedEntropy), Percent(one.Outlying),
                one.Similarity is { } cosine ? Units.Fixed(cosine, 4) : "-");
        }
        table.Write(terminal);
        terminal.Output.WriteLine();
        WriteLayers(terminal, statistics);
    }

    private static void WriteLayers(Terminal terminal, IReadOnlyList<ImportanceStatistics> statistics)
    {
        var table = new Table(new("layer", Right: true), new("Σ act²", Right: true), new("ZD", Right: true), new("cosine", Right: true));
        foreach (var layer in statistics.GroupBy(one => ImportanceStatistics.LayerOf(one.Name)).Where(group => group.Key is not null)
            .OrderBy(group => group.Key))
        {
            table.Add(
                $"{layer.Key}", Units.Fixed(Average(layer, one => one.Total), 2), Percent(Average(layer, one => one.Outlying)),
                Units.Fixed(Average(layer, one => one.Similarity ?? 0), 4));
        }
        table.Write(terminal);
    }

    /// <summary>Mean over a layer's tensors, each counting by its number of values.</summary>
    private static double Average(IEnumerable<ImportanceStatistics> layer, Func<ImportanceStatistics, double> value) =>
        layer.Sum(one => one.Count * value(one)) / layer.Sum(one => (double)one.Count);

    private static void WriteStatistics(Utf8JsonWriter json, IReadOnlyList<ImportanceStatistics> statistics)
    {
        json.WriteObjects(statistics, one =>
        {
            json.WriteString("tensor", one.Name);
            json.WriteNumber("count", one.Count);
            json.WriteFinite("total", one.Total);
            json.WriteFinite("min", one.Minimum);
            json.WriteFinite("max", one.Maximum);
            json.WriteFinite("mean", one.Mean);
            json.WriteFinite("stddev", one.Deviation);
            json.WriteFinite("active", one.Active);
            json.WriteFinite("entropy", one.Entropy);
            json.WriteFinite("entropy_normalized", one.NormalizedEntropy);
            json.WriteFinite("zd", one.Outlying);
            if (one.Similarity is { } cosine) json.WriteFinite("cosine", cosine);
            else json.WriteNull("cosine");
        });
    }

    private static string Percent(double share) => Units.Fixed(100 * share, 2) + " %";
}
