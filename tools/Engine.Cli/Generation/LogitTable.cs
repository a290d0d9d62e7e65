using System.Globalization;
using Engine.Cli.Output;

namespace Engine.Cli.Generation;

/// <summary>The most likely next tokens of one or all positions, for people.</summary>
internal sealed class LogitTable(Model model, Terminal terminal)
{
    private const int Shown = 20;
    private const int LongestText = 40;

    /// <summary>Evaluates the ids and writes a table for the last position, or for each.</summary>
    public void Write(Session session, int[] ids, bool all, CancellationToken cancellation)
    {
        if (!all)
        {
            WriteRow(session.Evaluate(ids, cancellation));
            return;
        }
        session.EvaluateAll(ids, (position, logits) =>
        {
            terminal.Output.WriteLine($"after position {position}, token {ids[position]} {Text(ids[position])}");
            WriteRow(logits);
            terminal.Output.WriteLine();
        }, cancellation);
    }

    private void WriteRow(ReadOnlySpan<float> logits)
    {
        float[] values = logits.ToArray();
        int[] order = [.. Enumerable.Range(0, values.Length).OrderByDescending(id => values[id]).Take(Shown)];
        double max = values[order[0]];
        double sum = values.Sum(value => Math.Exp(value - max));
        var table = new Table(new("id", Right: true), new("logit", Right: true), new("probability", Right: true), new("text"));
        foreach (int id in order)
        {
            double probability = Math.Exp(values[id] - max) / sum;
            table.Add(id.ToString(CultureInfo.InvariantCulture), Units.Fixed(values[id], 4), Units.Fixed(probability, 5), Text(id));
        }
        table.Write(terminal);
    }

    private string Text(int id)
    {
        if (!model.HasTokenizer || id >= model.Tokenizer.VocabularySize) return "";
        return $"'{Plain.Short(model.Tokenizer.Decode([id], unparseSpecial: true), LongestText)}'";
    }
}
