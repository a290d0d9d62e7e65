using Engine.Evaluation;
using Xunit;

namespace Engine.Tests.Evaluation;

public class DivergenceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1003)]
    public void The_divergence_of_two_rows_is_that_of_the_formula(int length)
    {
        var random = new Random(length);
        float[] baseRow = Row(random, length), model = Row(random, length);
        Assert.Equal(Formula(baseRow, model), Divergence.Of(baseRow, model, new float[length]), 1e-6);
    }

    [Fact]
    public void Equal_rows_do_not_diverge()
    {
        float[] row = Row(new Random(5), 100);
        Assert.InRange(Divergence.Of(row, row, new float[100]), 0, 1e-7);
    }

    [Fact]
    public void What_the_base_rules_out_does_not_count()
    {
        float[] baseRow = [1, float.NegativeInfinity, 2, 0, 0, 0, 0, float.NegativeInfinity, float.NegativeInfinity];
        float[] model = [1, float.NegativeInfinity, 2, 0, 0, 0, 0, 3, 3];
        double lost = Math.Log(1 + 2 * Math.Exp(3) / (Math.E + Math.Exp(2) + 4));
        Assert.Equal(lost, Divergence.Of(baseRow, model, new float[9]), 1e-6);
    }

    [Fact]
    public void Log_probabilities_of_which_some_are_missing_give_their_part()
    {
        float[] baseRow = [MathF.Log(0.75f), float.NegativeInfinity, MathF.Log(0.2f)], model = [1, 0, 1];
        double q = Math.E / (2 * Math.E + 1);
        double part = 0.75 * Math.Log(0.75 / q) + 0.2 * Math.Log(0.2 / q);
        Assert.Equal(part, Divergence.OfCut(baseRow, model, new float[3]), 1e-6);
    }

    [Fact]
    public void Percentiles_lie_between_neighbours()
    {
        List<double> sorted = [0, 1, 2, 3, 4];
        Assert.Equal(2, Divergence.Percentile(sorted, 0.5));
        Assert.Equal(3.96, Divergence.Percentile(sorted, 0.99), 1e-12);
        Assert.Equal(4, Divergence.Percentile(sorted, 1));
        Assert.Equal(7, Divergence.Percentile([7], 0.99));
    }

    [Fact]
    public void The_standard_error_is_that_of_independent_samples()
    {
        var mean = new SampleMean();
        Assert.Equal(0, mean.StandardError);
        foreach (double sample in (double[])[2, 4, 4, 4, 5, 5, 7, 9]) mean.Add(sample);
        Assert.Equal(5, mean.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(4.0 / 7), mean.StandardError, 1e-12);
        var perplexity = Perplexity.Of(mean, 1);
        Assert.Equal(Math.Exp(5), perplexity.Value, 1e-9);
        Assert.Equal(Math.Exp(5) * Math.Sqrt(4.0 / 7), perplexity.StandardError, 1e-9);
    }

    private static float[] Row(Random random, int length) =>
        [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() * 20 - 10))];

    private static double Formula(float[] baseRow, float[] model)
    {
        double[] p = Softmax(baseRow), q = Softmax(model);
        return p.Zip(q, (a, b) => a * (Math.Log(a) - Math.Log(b))).Sum();
    }

    private static double[] Softmax(float[] row)
    {
        double sum = row.Sum(value => Math.Exp(value));
        return [.. row.Select(value => Math.Exp(value) / sum)];
    }
}
