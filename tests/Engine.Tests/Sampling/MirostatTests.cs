using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class MirostatTests
{
    private const int Vocabulary = 5000;

    [Fact]
    public void The_second_form_keeps_what_does_not_surprise_more_than_mu()
    {
        var mirostat = new MirostatV2(3, 0.2f);
        foreach (float[] logits in Rows())
        {
            Candidates candidates = Load(logits);
            double[] probabilities = Softmax(logits);
            int[] expected = Enumerable.Range(0, Vocabulary).Where(id => -Math.Log2(probabilities[id]) <= mirostat.Mu)
                .OrderByDescending(id => logits[id]).ThenBy(id => id).ToArray();
            if (expected.Length == 0) expected = [Enumerable.Range(0, Vocabulary).MaxBy(id => logits[id])];
            mirostat.Apply(candidates);
            Assert.Equal(expected, candidates.Ids.ToArray());
            double before = mirostat.Mu, surprise = -Math.Log2(candidates.Probabilities[0]);
            mirostat.Accept(candidates.Ids[0]);
            Assert.Equal(before - 0.2f * (surprise - 3), mirostat.Mu, 1e-6);
        }
    }

    [Fact]
    public void The_first_form_keeps_as_many_as_its_formula_says()
    {
        var mirostat = new Mirostat(Vocabulary, 3, 0.2f);
        foreach (float[] logits in Rows())
        {
            double[] best = logits.OrderDescending().Take(100).Select(logit => (double)logit).ToArray();
            double[] t = Enumerable.Range(0, 99).Select(i => Math.Log((i + 2.0) / (i + 1))).ToArray();
            double s = t.Select((value, i) => value * (best[i] - best[i + 1])).Sum() / t.Sum(value => value * value), e = s - 1;
            double k = Math.Pow(e * Math.Pow(2, mirostat.Mu) / (1 - Math.Pow(Vocabulary, -e)), 1 / s);
            Candidates candidates = Load(logits);
            mirostat.Apply(candidates);
            Assert.Equal((int)Math.Clamp(k, 1, Vocabulary), candidates.Count);
            Assert.True(candidates.IsSorted);
            mirostat.Accept(candidates.Ids[^1]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Degenerate_rows_leave_a_candidate(int version)
    {
        foreach (float[] logits in new float[][] { [1], [2, float.NegativeInfinity], [3, 3, 3], [88, -88, 0] })
        {
            ILogitProcessor mirostat = version == 1 ? new Mirostat(logits.Length, 5, 0.1f) : new MirostatV2(0, 0.1f);
            var candidates = new Candidates(logits.Length);
            candidates.Load(logits);
            mirostat.Apply(candidates);
            Assert.InRange(candidates.Count, 1, logits.Length);
            Assert.Equal(0, candidates.Ids[0]);
            mirostat.Accept(0);
        }
    }

    [Fact]
    public void Tokens_that_were_no_candidates_move_nothing()
    {
        var mirostat = new MirostatV2(3, 0.2f);
        mirostat.Accept(4);
        Candidates candidates = Load(Rows().First());
        mirostat.Apply(candidates);
        mirostat.Accept(-1);
        Assert.Equal(6, mirostat.Mu);
    }

    private static Candidates Load(float[] logits)
    {
        var candidates = new Candidates(logits.Length);
        candidates.Load(logits);
        return candidates;
    }

    private static double[] Softmax(float[] logits)
    {
        double max = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - max));
        return logits.Select(logit => Math.Exp(logit - max) / sum).ToArray();
    }

    private static IEnumerable<float[]> Rows()
    {
        var random = new RandomSource(9);
        for (int row = 0; row < 12; row++)
        {
            double steepness = 0.4 + 0.2 * row;
            yield return Enumerable.Range(0, Vocabulary)
                .Select(id => (float)(-steepness * Math.Log(1 + (id * 37 + row) % Vocabulary) + 0.3 * random.NextDouble()))
                .ToArray();
        }
    }
}
