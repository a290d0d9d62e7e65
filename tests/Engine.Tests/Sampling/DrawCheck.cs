using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

/// <summary>A chi-squared test of draws against their probabilities.</summary>
internal static class DrawCheck
{
    /// <summary>Draws <paramref name="count"/> times and bounds the statistic by its mean plus six standard deviations.</summary>
    internal static void Follows(double[] probabilities, int count, ulong seed, string where)
    {
        float[] logits = probabilities.Select(p => (float)Math.Log(p)).ToArray();
        var candidates = new Candidates(logits.Length);
        var draw = new Draw(seed);
        int[] counts = new int[logits.Length];
        for (int i = 0; i < count; i++)
        {
            candidates.Load(logits);
            draw.Apply(candidates);
            counts[candidates.Selected]++;
        }
        double statistic = 0;
        int classes = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (probabilities[i] == 0) Assert.Equal(0, counts[i]);
            if (probabilities[i] * count < 5) continue;
            statistic += Math.Pow(counts[i] - probabilities[i] * count, 2) / (probabilities[i] * count);
            classes++;
        }
        Assert.True(classes == 1 || statistic <= classes + 6 * Math.Sqrt(2 * classes), $"{where}: chi squared is {statistic} of {classes}");
    }
}
