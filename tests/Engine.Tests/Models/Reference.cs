using System.Globalization;
using System.Text.Json;

namespace Engine.Tests.Models;

/// <summary>The recorded values of one prompt: what a reading of a model gives.</summary>
internal sealed class Reference
{
    public required int[] Prompt { get; init; }

    public required float[] LastLogits { get; init; }

    public required IReadOnlyDictionary<int, float[]> Rows { get; init; }

    public required float LargestLogit { get; init; }

    public required int[] GreedyIds { get; init; }

    /// <summary>Reads NAME/reference.json, or a variant in it, or the part called "long".</summary>
    public static Reference Read(string file, params string[] path) => Read(file, null, path);

    /// <summary>The same for a file without a prompt of its own.</summary>
    public static Reference Read(string file, int[]? promptIds, params string[] path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
        JsonElement root = document.RootElement;
        JsonElement part = path.Aggregate(root, (element, name) => element.GetProperty(name));
        int[] prompt = promptIds ?? Ints(part.TryGetProperty("prompt_ids", out JsonElement own) ? own : root.GetProperty("prompt_ids"));
        float[] last = Floats(part.GetProperty("logits_last"));
        return new Reference
        {
            Prompt = prompt,
            LastLogits = last,
            Rows = part.TryGetProperty("logits_rows", out JsonElement rows)
                ? rows.EnumerateObject().ToDictionary(row => int.Parse(row.Name, CultureInfo.InvariantCulture), row => Floats(row.Value))
                : new Dictionary<int, float[]>(),
            LargestLogit = part.TryGetProperty("logits_abs_max", out JsonElement largest) ? largest.GetSingle() : last.Max(MathF.Abs),
            GreedyIds = Ints(part.GetProperty("greedy_ids")),
        };
    }

    public static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];

    /// <summary>The largest difference of any recorded logit.</summary>
    public float LargestError(Model model, SessionOptions? options = null)
    {
        using Session session = model.CreateSession(options);
        float error = 0;
        session.EvaluateAll(Prompt, (position, logits) =>
        {
            if (Rows.TryGetValue(position, out float[]? row)) error = MathF.Max(error, Difference(row, logits));
            if (position == Prompt.Length - 1) error = MathF.Max(error, Difference(LastLogits, logits));
        });
        return error;
    }

    /// <summary>The ids of greedy decoding.</summary>
    public int[] Greedy(Model model, SessionOptions? options = null)
    {
        using Session session = model.CreateSession(options);
        var ids = new List<int>();
        int next = Largest(session.Evaluate(Prompt));
        ids.Add(next);
        while (ids.Count < GreedyIds.Length)
        {
            next = Largest(session.Evaluate([next]));
            ids.Add(next);
        }
        return [.. ids];
    }

    public static int Largest(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best]) best = i;
        }
        return best;
    }

    // The rows hold the first logits of a position; NaN must not pass as no difference.
    private static float Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        float largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            float difference = MathF.Abs(expected[i] - actual[i]);
            if (!(difference <= largest)) largest = difference;
        }
        return float.IsNaN(largest) ? float.PositiveInfinity : largest;
    }
}
