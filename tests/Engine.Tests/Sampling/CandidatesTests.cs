using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class CandidatesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(600, 40)]
    [InlineData(5000, 1)]
    [InlineData(5000, 40)]
    [InlineData(5000, 1249)]
    [InlineData(5000, 5000)]
    [InlineData(30011, 7000)]
    [InlineData(30011, 30011)]
    public void The_best_stand_in_descending_order_with_equals_by_id(int count, int top)
    {
        var random = new Random(count + top);
        foreach (Func<int, float> row in Rows(count, random))
        {
            float[] logits = Enumerable.Range(0, count).Select(row).ToArray();
            var candidates = new Candidates(count);
            candidates.Load(logits);
            candidates.KeepTop(top);
            int[] expected = Enumerable.Range(0, count).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(top).ToArray();
            Assert.Equal(expected, candidates.Ids.ToArray());
            Assert.Equal(expected.Select(i => logits[i]), candidates.Logits.ToArray());
            Assert.True(candidates.IsSorted);
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(9000)]
    public void Equals_stand_by_id_whatever_the_order_of_loading(int count)
    {
        var random = new Random(3);
        int[] ids = Enumerable.Range(0, count).OrderBy(_ => random.Next()).ToArray();
        float[] logits = ids.Select(_ => (float)random.Next(3)).ToArray();
        var candidates = new Candidates(count);
        candidates.Load(ids, logits);
        candidates.Sort();
        Assert.Equal(ids.Zip(logits).OrderByDescending(pair => pair.Second).ThenBy(pair => pair.First).Select(pair => pair.First),
            candidates.Ids.ToArray());
    }

    [Fact]
    public void A_second_load_restores_the_vocabulary()
    {
        var candidates = new Candidates(100);
        float[] logits = Enumerable.Range(0, 100).Select(i => (float)(i * 37 % 100)).ToArray();
        candidates.Load(logits);
        candidates.KeepTop(10);
        candidates.Load(logits.AsSpan(0, 5));
        Assert.Equal(Enumerable.Range(0, 5), candidates.Ids.ToArray());
        candidates.Load(logits);
        Assert.Equal(Enumerable.Range(0, 100), candidates.Ids.ToArray());
        Assert.True(candidates.IsInVocabularyOrder);
        Assert.Equal(-1, candidates.Selected);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_logit_that_no_model_may_give_is_refused_with_its_place(float value)
    {
        float[] logits = new float[100];
        logits[77] = value;
        SamplingException error = Assert.Throws<SamplingException>(() => new Candidates(100).Load(logits));
        Assert.Contains("index 77 of 100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_wrong_length_are_refused()
    {
        var candidates = new Candidates(3);
        Assert.Throws<ArgumentException>(() => candidates.Load(new float[4]));
        Assert.Throws<ArgumentException>(() => candidates.Load([]));
        Assert.Throws<ArgumentException>(() => candidates.Load([1, 2], [0f]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(1000)]
    public void Probabilities_are_the_softmax_in_double_precision(int count)
    {
        var random = new Random(count);
        float[] logits = Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 40 - 20)).ToArray();
        logits[^1] = count > 1 ? float.NegativeInfinity : logits[^1];
        var candidates = new Candidates(count);
        candidates.Load(logits);
        candidates.ComputeProbabilities();
        double max = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - max));
        for (int i = 0; i < count; i++) Assert.Equal(Math.Exp(logits[i] - max) / sum, candidates.Probabilities[i], 1e-7);
    }

    private static IEnumerable<Func<int, float>> Rows(int count, Random random)
    {
        yield return _ => (float)(random.NextDouble() * 20 - 10);
        yield return _ => random.Next(4) - 2;
        yield return i => i;
        yield return i => -i;
        yield return _ => 1;
        yield return i => i % 3 == 0 ? i / (float)count : float.NegativeInfinity;
        yield return i => i % 2 == 0 ? -1e-42f * i : 1e30f;
    }
}
