using System.Globalization;
using System.Text.Json;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Evaluation;

namespace Engine.Cli.Evaluation;

/// <summary>A divergence for people and for scripts.</summary>
internal static class DivergenceReport
{
    /// <summary>Writes it in lines.</summary>
    public static void WriteText(TextWriter output, DivergenceResult result, TokenWindows windows) => Fields.Write(output,
    [
        ("mean divergence", Text(result.Mean, result.StandardError, 6)),
        ("median", Units.Fixed(result.Median, 6)),
        ("90th percentile", Units.Fixed(result.Percentile90, 6)),
        ("95th percentile", Units.Fixed(result.Percentile95, 6)),
        ("99th percentile", Units.Fixed(result.Percentile99, 6)),
        ("99.9th percentile", Units.Fixed(result.Percentile999, 6)),
        ("maximum", Units.Fixed(result.Maximum, 6)),
        ("same top token", Text(100 * result.SameTop, 100 * result.SameTopError, 2) + " %"),
        ("RMS of probability differences", Text(100 * result.ProbabilityRms.Value, 100 * result.ProbabilityRms.StandardError, 3) + " %"),
        ("perplexity", Text(result.Model.Value, result.Model.StandardError, 4)),
        ("perplexity of the base", Text(result.Base.Value, result.Base.StandardError, 4)),
        ("ratio of perplexities", Text(result.PerplexityRatio.Value, result.PerplexityRatio.StandardError, 6)),
        ("measured in", EvaluationOptionGroup.Describe(windows) + $", {result.Positions.ToString(CultureInfo.InvariantCulture)} positions"),
    ]);

    /// <summary>Writes it as one object.</summary>
    public static void WriteJson(Utf8JsonWriter json, DivergenceResult result, TokenWindows windows)
    {
        json.WriteStartObject();
        json.WriteFinite("mean", result.Mean);
        json.WriteFinite("stderr", result.StandardError);
        json.WriteFinite("median", result.Median);
        json.WriteFinite("p90", result.Percentile90);
        json.WriteFinite("p95", result.Percentile95);
        json.WriteFinite("p99", result.Percentile99);
        json.WriteFinite("p999", result.Percentile999);
        json.WriteFinite("max", result.Maximum);
        json.WriteFinite("top1", result.SameTop);
        json.WriteFinite("top1_stderr", result.SameTopError);
        json.WriteFinite("rms_dp", result.ProbabilityRms.Value);
        json.WriteFinite("rms_dp_stderr", result.ProbabilityRms.StandardError);
        json.WriteFinite("ppl", result.Model.Value);
        json.WriteFinite("ppl_stderr", result.Model.StandardError);
        json.WriteFinite("ppl_base", result.Base.Value);
        json.WriteFinite("ppl_base_stderr", result.Base.StandardError);
        json.WriteFinite("ppl_ratio", result.PerplexityRatio.Value);
        json.WriteFinite("ppl_ratio_stderr", result.PerplexityRatio.StandardError);
        json.WriteNumber("positions", result.Positions);
        json.WriteNumber("chunks", windows.Count);
        json.WriteNumber("window", windows.Length);
        json.WriteString("convention", EvaluationOptionGroup.NameOf(windows.Convention));
        json.WriteEndObject();
    }

    private static string Text(double value, double error, int decimals) =>
        $"{Units.Fixed(value, decimals)} ± {Units.Fixed(error, decimals)}";
}
