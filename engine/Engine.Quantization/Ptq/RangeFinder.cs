namespace Engine.Quantization.Ptq;

/// <summary>Finds how far a range goes.</summary>
public static class RangeFinder
{
    // The mean squared error is smooth in the range's end: a histogram of many values serves as well as they do.
    private const int MostValues = 1 << 16;
    private const int MseSteps = 100;

    /// <summary>The range for values.</summary>
    /// <param name="values">Finite values.</param>
    /// <param name="weights">How much each counts, not negative; empty where all count alike. MinMax looks at none of them.</param>
    /// <param name="options">How to quantize.</param>
    public static ValueRange Find(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, PtqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (!weights.IsEmpty && weights.Length != values.Length)
            throw new ArgumentException($"{weights.Length} weights for {values.Length} values.", nameof(weights));
        var full = ValueRange.Of(values);
        if (values.IsEmpty || options.Calibration == RangeCalibration.MinMax || full.Magnitude == 0) return full;
        if (options.Calibration == RangeCalibration.Entropy || (values.Length > MostValues && weights.IsEmpty))
        {
            var histogram = new ValueHistogram();
            histogram.Add(values);
            return Find(histogram, options);
        }
        return options.Calibration == RangeCalibration.Percentile
            ? Percentile(values.ToArray(), weights.ToArray(), options)
            : SmallestError(values, weights, full, options);
    }

    /// <summary>The range for values whose histogram is known.</summary>
    public static ValueRange Find(ValueHistogram histogram, PtqOptions options)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (options.Calibration == RangeCalibration.MinMax || histogram.Limit == 0) return histogram.Range;
        if (options.Calibration == RangeCalibration.Entropy)
        {
            int bins = EntropyCalibration.BinsToKeep(histogram.Magnitudes(), 1 << (options.Bits - 1));
            return histogram.Range.Clip((float)(bins * histogram.Limit / ValueHistogram.SideBins));
        }
        (float[] values, float[] weights) = histogram.Samples();
        return options.Calibration == RangeCalibration.Percentile
            ? Percentile(values, weights, options)
            : SmallestError(values, weights, histogram.Range, options);
    }

    /// <summary>
    /// The share of the weight within the range is the percentile: of magnitudes where the levels are symmetric, else half of the rest is cut
    /// off at either end.
    /// </summary>
    private static ValueRange Percentile(float[] values, float[] weights, PtqOptions options)
    {
        double outside = 1 - options.Percentile / 100;
        if (weights.Length == 0)
        {
            weights = new float[values.Length];
            weights.AsSpan().Fill(1f);
        }
        if (options.Scheme != QuantScheme.Asymmetric)
        {
            float[] magnitudes = [.. values.Select(MathF.Abs)];
            Array.Sort(magnitudes, weights);
            float end = Quantile(magnitudes, weights, 1 - outside);
            return new ValueRange(-end, end);
        }
        Array.Sort(values, weights);
        return new ValueRange(Quantile(values, weights, outside / 2), Quantile(values, weights, 1 - outside / 2));
    }

    /// <summary>The smallest value up to which at least a share of the weight lies.</summary>
    private static float Quantile(float[] sorted, float[] weights, double share)
    {
        double total = 0;
        foreach (float weight in weights) total += weight;
        double sum = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            sum += weights[i];
            // A little slack: the share of all is all, whatever the sums' rounding.
            if (sum >= share * total * (1 - 1e-12)) return sorted[i];
        }
        return sorted[^1];
    }

    /// <summary>Tries the full range and 99 smaller ones, each by a hundredth of it, and takes the one with the smallest squared error.</summary>
    private static ValueRange SmallestError(
        ReadOnlySpan<float> values, ReadOnlySpan<float> weights, ValueRange full, PtqOptions options)
    {
        ValueRange best = full;
        double least = double.PositiveInfinity;
        for (int step = MseSteps; step > 0; step--)
        {
            ValueRange range = full.Shrink((float)step / MseSteps);
            double error = Error(values, weights, QuantGrid.Of(options.Scheme, options.Bits, range));
            if (error < least) (least, best) = (error, range);
        }
        return best;
    }

    private static double Error(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, QuantGrid grid)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double error = (double)values[i] - grid.Round(values[i]);
            sum += (weights.IsEmpty ? 1 : weights[i]) * error * error;
        }
        return sum;
    }
}
