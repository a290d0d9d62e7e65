using Engine.Kernels;
using Engine.Quantization.Ptq;
using Xunit;

namespace Engine.Quantization.Tests.Ptq;

public sealed class RangeFinderTests
{
    private static readonly PtqOptions Mse = new() { Bits = 4, Calibration = RangeCalibration.Mse };

    [Fact]
    public void The_full_range_reaches_from_the_smallest_value_to_the_largest() =>
        Assert.Equal(new ValueRange(-3, 5), RangeFinder.Find([1, -3, 5, 0], [], new PtqOptions()));

    [Fact]
    public void A_percentile_leaves_its_share_outside()
    {
        float[] values = [.. Enumerable.Range(1, 100).Select(i => i % 2 == 0 ? (float)i : -i)];
        PtqOptions options = new() { Calibration = RangeCalibration.Percentile, Percentile = 90 };
        Assert.Equal(new ValueRange(-90, 90), RangeFinder.Find(values, [], options));
        // Of 100 values 5 at either end: -99 to -91 and 92 to 100.
        Assert.Equal(new ValueRange(-91, 90), RangeFinder.Find(values, [], options with { Scheme = QuantScheme.Asymmetric }));
        Assert.Equal(new ValueRange(-100, 100), RangeFinder.Find(values, [], options with { Percentile = 100 }));
    }

    [Fact]
    public void A_weighted_percentile_counts_the_weights()
    {
        PtqOptions options = new() { Calibration = RangeCalibration.Percentile, Percentile = 75 };
        Assert.Equal(new ValueRange(-1, 1), RangeFinder.Find([1, 2], [3, 1], options));
        Assert.Equal(new ValueRange(-2, 2), RangeFinder.Find([1, 2], [1, 3], options));
    }

    [Fact]
    public void The_mse_range_is_the_best_of_a_hundred()
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 500).Select(_ => (float)Normal(random))];
        values[0] = 12;
        ValueRange found = RangeFinder.Find(values, [], Mse), full = ValueRange.Of(values);
        double least = Enumerable.Range(1, 100).Min(step => Error(values, full.Shrink(step / 100f)));
        Assert.Equal(least, Error(values, found), 1e-12);
        Assert.InRange(found.Magnitude, 2, 8);
        // What matters nothing is cut off.
        float[] weights = [.. values.Select(value => value == 12 ? 0f : 1f)];
        Assert.InRange(RangeFinder.Find(values, weights, Mse).Magnitude, 2, found.Magnitude);
        // Where only the outlier matters, nothing is.
        weights = [.. values.Select(value => value == 12 ? 1f : 0f)];
        Assert.Equal(12, RangeFinder.Find(values, weights, Mse).Magnitude);
    }

    [Fact]
    public void Many_values_give_nearly_the_range_that_they_give_one_by_one()
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 1 << 17).Select(_ => (float)Normal(random))];
        float[] ones = [.. values.Select(_ => 1f)];
        Assert.Equal(RangeFinder.Find(values, ones, Mse).Magnitude, RangeFinder.Find(values, [], Mse).Magnitude, 0.1f);
        PtqOptions percentile = new() { Calibration = RangeCalibration.Percentile, Percentile = 99 };
        Assert.Equal(2.576f, RangeFinder.Find(values, [], percentile).Magnitude, 0.05f);
    }

    [Fact]
    public void Entropy_calibration_keeps_the_body_and_cuts_a_thin_tail()
    {
        var random = new Random(5);
        float[] values = [.. Enumerable.Range(0, 200_000).Select(_ => (float)Normal(random))];
        for (int i = 0; i < 10; i++) values[i] = 40 + i;
        PtqOptions options = new() { Granularity = Granularity.Tensor, Calibration = RangeCalibration.Entropy };
        Assert.InRange(RangeFinder.Find(values, [], options).Magnitude, 2.5f, 20f);
        // Where the bins are as many as the levels nothing is lost, so nothing is cut.
        double[] counts = [.. Enumerable.Range(0, 16).Select(i => 1.0 + i % 3)];
        Assert.Equal(16, EntropyCalibration.BinsToKeep(counts, 16));
    }

    [Fact]
    public void Entropy_calibration_finds_what_a_plain_search_finds()
    {
        var random = new Random(6);
        double[] counts = [.. Enumerable.Range(0, 64).Select(i => Math.Floor(1000 * Math.Exp(-i / 6.0)) + random.Next(3))];
        int best = 0;
        double least = double.PositiveInfinity;
        for (int kept = 8; kept <= 64; kept++)
        {
            double divergence = Plain(counts, kept, 8);
            if (divergence <= least + 1e-12) (least, best) = (divergence, kept);
        }
        Assert.Equal(best, EntropyCalibration.BinsToKeep(counts, 8));
        Assert.InRange(best, 9, 63);
    }

    [Fact]
    public void Groups_have_no_distribution_to_calibrate_by_entropy()
    {
        PtqOptions options = new() { Granularity = Granularity.Group, Calibration = RangeCalibration.Entropy };
        Assert.Throws<ArgumentException>(() => RangeFinder.Find([1, 2], [], options));
    }

    [Fact]
    public void A_histogram_takes_values_of_any_size_in_any_order()
    {
        var random = new Random(7);
        float[] values = [.. Enumerable.Range(0, 5000).Select(_ => (float)(Normal(random) * Math.Pow(10, random.Next(4))))];
        ValueHistogram one = new(), other = new();
        one.Add([0, 0]);
        one.Add(values);
        foreach (float value in values) other.Add([value]);
        other.Add([0, float.NaN, 0, float.PositiveInfinity]);
        Assert.Equal(one.Counts.ToArray(), other.Counts.ToArray());
        Assert.Equal((5002, ValueRange.Of(values)), (one.Count, one.Range));
        Assert.Equal(5002, one.Counts.ToArray().Sum());
        double[] expected = new double[one.Counts.Length];
        expected[ValueHistogram.SideBins] = 2;
        foreach (float value in values)
        {
            double bin = Math.Floor(value / one.Limit * ValueHistogram.SideBins);
            expected[(int)Math.Min(bin, ValueHistogram.SideBins - 1) + ValueHistogram.SideBins]++;
        }
        Assert.Equal(expected, one.Counts.ToArray());
    }

    [Fact]
    public void Static_ranges_come_from_all_that_was_observed_and_dynamic_ones_from_the_tokens_themselves()
    {
        var calibrator = new ActivationCalibrator();
        using var input = new Activation(2, 3);
        ((float[])[1, -2, 3]).CopyTo(input.Row(0));
        ((float[])[0, 0.5f, -6.35f]).CopyTo(input.Row(1));
        calibrator.Observe(input);
        var grid = (AffineGrid)calibrator.Grid(new PtqOptions());
        Assert.Equal(6.35f / 127, grid.Scale);
        float[] rows = [1, -2, 3, 0, 0.5f, -6.35f];
        var dynamic = new QuantizedTensor(rows, 3, new PtqOptions { Granularity = Granularity.Token });
        Assert.Equal([3f / 127, 6.35f / 127], dynamic.Grids.Select(token => ((AffineGrid)token).Scale));
    }

    private static double Error(float[] values, ValueRange range)
    {
        double scale = range.Magnitude / 7f;
        return values.Sum(value =>
        {
            double error = value - (float)scale * Math.Clamp(Math.Round(value / (double)(float)scale), -7, 7);
            return error * error;
        });
    }

    /// <summary>The textbook: reference distribution with the tail in the last bin, levels spread over their filled bins.</summary>
    private static double Plain(double[] counts, int kept, int levels)
    {
        double[] bins = [.. counts];
        bins[0] = bins[1];
        double[] p = bins[..kept], q = new double[kept];
        p[^1] += bins[kept..].Sum();
        for (int level = 0; level < levels; level++)
        {
            int start = level * kept / levels, end = (level + 1) * kept / levels;
            double[] part = bins[start..end];
            int filled = part.Count(value => value > 0);
            for (int i = start; i < end; i++) q[i] = bins[i] > 0 ? part.Sum() / filled : 0;
        }
        double pSum = p.Sum(), qSum = q.Sum();
        return p.Zip(q, (a, b) => a > 0 ? a / pSum * Math.Log(a / pSum / (b / qSum)) : 0).Sum();
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
