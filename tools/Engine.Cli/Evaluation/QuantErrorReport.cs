using System.Globalization;
using System.Text.Json;
using Engine.Cli.Output;
using Engine.Quantization.Ptq;

namespace Engine.Cli.Evaluation;

/// <summary>What quantizing one tensor costs.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="Method">A type, or a number of bits.</param>
/// <param name="Error">The error.</param>
internal sealed record TensorError(string Tensor, string Method, QuantError Error);

/// <summary>What <c>engine quant-error</c> tells.</summary>
internal static class QuantErrorReport
{
    private const string All = "(all)";

    /// <summary>Writes a row per tensor and method, and one per method for all tensors together.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<TensorError> rows, bool asJson)
    {
        IReadOnlyList<TensorError> all = [.. rows, .. Totals(rows)];
        if (asJson) Json.WriteLine(terminal.Output, json => WriteJson(json, all));
        else WriteTable(terminal, all);
    }

    private static IEnumerable<TensorError> Totals(IReadOnlyList<TensorError> rows)
    {
        var methods = rows.GroupBy(row => row.Method).ToList();
        // Types of a mix are parts of one whole; numbers of bits are not.
        if (methods.Count > 1 && methods.Sum(method => method.Count()) == rows.Select(row => row.Tensor).Distinct().Count())
            return [new TensorError(All, "mix", Sum(rows))];
        return methods.Select(method => new TensorError(All, method.Key, Sum(method)));
    }

    private static QuantError Sum(IEnumerable<TensorError> rows)
    {
        var sum = new QuantError();
        foreach (var row in rows) sum.Add(row.Error);
        return sum;
    }

    private static void WriteTable(Terminal terminal, IReadOnlyList<TensorError> rows)
    {
        var table = new Table(new("tensor"), new("as"), new("MSE", Right: true), new("SNR dB", Right: true), new("max error", Right: true),
            new("cosine", Right: true));
        foreach (var row in rows)
        {
            table.Add(row.Tensor, row.Method, row.Error.MeanSquare.ToString("E4", CultureInfo.InvariantCulture),
                Units.Fixed(row.Error.SignalToNoise, 2), row.Error.Maximum.ToString("G5", CultureInfo.InvariantCulture),
                Units.Fixed(row.Error.Cosine, 7));
        }
        table.Write(terminal);
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<TensorError> rows)
    {
        json.WriteObjects(rows, row =>
        {
            json.WriteString("tensor", row.Tensor);
            json.WriteString("as", row.Method);
            json.WriteNumber("count", row.Error.Count);
            json.WriteFinite("mse", row.Error.MeanSquare);
            json.WriteFinite("snr_db", row.Error.SignalToNoise);
            json.WriteFinite("max_error", row.Error.Maximum);
            json.WriteFinite("cosine", row.Error.Cosine);
        });
    }
}
