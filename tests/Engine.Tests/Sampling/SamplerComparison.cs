using System.Text.Json;
using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

/// <summary>What the vectors' README demands of a stage and of the probabilities after the last.</summary>
internal static class SamplerComparison
{
    private const double Tolerance = 1e-6;

    /// <summary>The same ids in the same order, logits within 1e-6 of max(1, |logit|), probabilities within 1e-6.</summary>
    internal static void Stage(JsonElement expected, Candidates actual, string where)
    {
        JsonElement[] rows = expected.GetProperty("out").EnumerateArray().ToArray();
        Assert.True(rows.Length == actual.Count, $"{where}: {actual.Count} candidates, expected {rows.Length}");
        int[] ids = rows.Select(row => row[0].GetInt32()).ToArray();
        float[] logits = rows.Select(row => SamplerVectors.Number(row[1])).ToArray();
        for (int i = 0; i < rows.Length; i++)
        {
            float logit = actual.Logits[i];
            bool close = logit == logits[i] || Math.Abs(logit - logits[i]) <= Tolerance * Math.Max(1, Math.Abs(logits[i]));
            Assert.True(close, $"{where}: logit {i} is {logit}, expected {logits[i]}");
            if (rows[i][2].ValueKind == JsonValueKind.Null) continue;
            Near(SamplerVectors.Number(rows[i][2]), actual.Probabilities[i], $"{where}: probability {i}");
        }
        if (expected.TryGetProperty("ties", out JsonElement ties) && ties.GetBoolean()) Runs(ids, logits, actual.Ids, where);
        else Assert.Equal((where, string.Join(' ', ids)), (where, string.Join(' ', actual.Ids.ToArray())));
    }

    /// <summary>A softmax over what is left.</summary>
    internal static void Final(JsonElement expected, Candidates actual, string where)
    {
        actual.ComputeProbabilities();
        int i = 0;
        foreach (JsonElement value in expected.EnumerateArray())
        {
            Near(SamplerVectors.Number(value), actual.Probabilities[i], $"{where}: final {i}");
            i++;
        }
        Assert.Equal(i, actual.Count);
    }

    private static void Near(double expected, double actual, string where) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance, $"{where} is {actual}, expected {expected}");

    /// <summary>Ids as sets within each run of equal logits; in the first and the last run any of the equals may stand.</summary>
    private static void Runs(int[] ids, float[] logits, ReadOnlySpan<int> actual, string where)
    {
        int start = 0;
        for (int i = 1; i <= ids.Length; i++)
        {
            if (i < ids.Length && logits[i] == logits[start]) continue;
            if (start > 0 && i < ids.Length)
                Assert.True(ids[start..i].Order().SequenceEqual(actual[start..i].ToArray().Order()), $"{where}: ids from {start} to {i}");
            start = i;
        }
    }
}
