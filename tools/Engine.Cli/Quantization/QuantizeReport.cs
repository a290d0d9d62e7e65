using System.Globalization;
using System.Text.Json;
using Engine.Cli.Output;
using Engine.Quantization.Budget;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Quantization;

/// <summary>What a run was asked to do and did: type by type, tensor by tensor.</summary>
/// <param name="quantizer">The run.</param>
/// <param name="type">Its file type.</param>
/// <param name="isDry">Whether nothing is written.</param>
/// <param name="budget">The plan for a target; null where there is none.</param>
internal sealed class QuantizeReport(Quantizer quantizer, string type, bool isDry, BudgetPlan? budget = null)
{
    private readonly Dictionary<string, double> _divergences =
        budget?.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Divergence, StringComparer.Ordinal) ?? [];

    private int Fallbacks => quantizer.Plans.Count(plan => plan.IsFallback);

    /// <summary>Every tensor: what it is, what was asked, what it becomes.</summary>
    public void WriteTensors(Terminal terminal)
    {
        var table = new Table(
            new("Tensor"), new("Shape"), new("Is"), new("Asked"), new("Becomes"), new("Before", true), new("After", true), new("Note"));
        foreach (TensorPlan plan in quantizer.Plans)
        {
            table.Add(
                plan.Tensor.Name, string.Join(" x ", plan.Tensor.Shape), $"{plan.Tensor.Type}", $"{plan.Asked}", $"{plan.Type}",
                Units.Bytes(BytesBefore(plan)), Units.Bytes(plan.Bytes), Note(plan));
        }
        table.Write(terminal);
    }

    /// <summary>The sums.</summary>
    public void WriteSummary(Terminal terminal, TimeSpan time, IReadOnlyList<string> files)
    {
        var rows = new List<(string, string)>
        {
            ("type", budget is null ? type : $"{type} (planned mix, {Mix()})"),
            ("tensors", $"{quantizer.Plans.Count}, {quantizer.Plans.Count(plan => plan.IsConverted)} converted"),
            ("size", $"{Units.Bytes(quantizer.BytesBefore)} -> {Units.Bytes(quantizer.BytesAfter)} of tensors"),
            ("bits per weight", $"{Bits(quantizer.BytesBefore)} -> {Bits(quantizer.BytesAfter)}"),
        };
        if (budget is not null) rows.Add(("predicted divergence", $"{Units.Fixed(budget.Divergence, 5)} nats"));
        if (Fallbacks > 0) rows.Add(("other type than asked", $"{Fallbacks} tensors, see the notes; --strict refuses them"));
        if (isDry) rows.Add(("written", "nothing (--dry-run)"));
        else rows.Add(("written", $"{string.Join(", ", files)} in {Units.Time(time)}, peak memory {Units.Bytes(Memory.Peak)}"));
        Fields.Write(terminal.Output, rows);
    }

    /// <summary>The same for scripts.</summary>
    public void WriteJson(Terminal terminal, TimeSpan time, IReadOnlyList<string> files) => Json.WriteLine(terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteBoolean("dry_run", isDry);
        json.WriteNumber("bytes_before", quantizer.BytesBefore);
        json.WriteNumber("bytes_after", quantizer.BytesAfter);
        json.WriteFinite("bits_per_weight", quantizer.BytesAfter * 8.0 / quantizer.Weights);
        json.WriteNumber("fallbacks", Fallbacks);
        if (budget is not null)
        {
            json.WriteNumber("budget_bytes", budget.Budget);
            json.WriteNumber("planned_bytes", budget.Bytes);
            json.WriteFinite("predicted_divergence", budget.Divergence);
        }
        json.WriteStartArray("files");
        foreach (string file in files) json.WriteStringValue(file);
        json.WriteEndArray();
        json.WriteFinite("seconds", time.TotalSeconds);
        json.WriteNumber("peak_memory", Memory.Peak);
        json.WritePropertyName("tensors");
        json.WriteObjects(quantizer.Plans, plan => WriteTensor(json, plan));
        json.WriteEndObject();
    });

    private void WriteTensor(Utf8JsonWriter json, TensorPlan plan)
    {
        json.WriteString("name", plan.Tensor.Name);
        json.WriteStartArray("shape");
        foreach (long length in plan.Tensor.Shape) json.WriteNumberValue(length);
        json.WriteEndArray();
        json.WriteString("before", $"{plan.Tensor.Type}");
        json.WriteString("asked", $"{plan.Asked}");
        json.WriteString("type", $"{plan.Type}");
        json.WriteNumber("bytes_before", BytesBefore(plan));
        json.WriteNumber("bytes", plan.Bytes);
        if (_divergences.TryGetValue(plan.Tensor.Name, out double divergence)) json.WriteFinite("divergence", divergence);
        json.WriteString("note", Note(plan));
    }

    private static long BytesBefore(TensorPlan plan) => (plan with { Type = plan.Tensor.Type }).Bytes;

    private string Mix() => string.Join(", ", quantizer.Plans.Where(plan => _divergences.ContainsKey(plan.Tensor.Name))
        .GroupBy(plan => plan.Type).OrderByDescending(group => group.Sum(plan => plan.Bytes))
        .Select(group => $"{group.Count()} {group.Key}"));

    private string Note(TensorPlan plan) => plan switch
    {
        _ when _divergences.TryGetValue(plan.Tensor.Name, out double divergence) =>
            string.Create(CultureInfo.InvariantCulture, $"planned, {divergence:0.0e-0} nats"),
        { FallbackReason: { } reason } => reason,
        { Reason: TypeReason.Kept } => "kept",
        { Reason: TypeReason.Override } => "option",
        _ => "",
    };

    private string Bits(long bytes) => Units.Fixed(bytes * 8.0 / quantizer.Weights, 2);
}
