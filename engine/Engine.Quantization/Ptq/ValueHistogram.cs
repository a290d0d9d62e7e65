namespace Engine.Quantization.Ptq;

/// <summary>
/// How often values occur, in bins of equal width around zero. A value beyond the ends doubles the range: neighbouring bins are joined, so
/// that any number of values in any order needs one pass and the same memory.
/// </summary>
public sealed class ValueHistogram
{
    /// <summary>Bins on either side of zero.</summary>
    public const int SideBins = 2048;

    private readonly double[] _counts = new double[2 * SideBins];

    /// <summary>End of the last bin; 0 while there are no values but zeros.</summary>
    public double Limit { get; private set; }

    /// <summary>The smallest and the largest value so far.</summary>
    public ValueRange Range { get; private set; }

    /// <summary>Values so far; NaN and infinities are passed over.</summary>
    public long Count { get; private set; }

    /// <summary>Counts of all bins, from the lowest value to the highest.</summary>
    public ReadOnlySpan<double> Counts => _counts;

    /// <summary>Takes values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) continue;
            Range = Count == 0
                ? new ValueRange(value, value)
                : new ValueRange(MathF.Min(Range.Minimum, value), MathF.Max(Range.Maximum, value));
            Count++;
            double magnitude = Math.Abs((double)value);
            // Powers of two above the value: bins of any width then begin where bins of half the width begin.
            if (Limit == 0 && magnitude > 0) Limit = Math.ScaleB(1, Math.ILogB(magnitude) + 1);
            while (magnitude >= Limit && Limit > 0) Widen();
            _counts[BinOf(value)]++;
        }
    }

    /// <summary>The bins as weighted samples: their centres and counts, empty bins left out.</summary>
    public (float[] Values, float[] Weights) Samples()
    {
        var values = new List<float>();
        var weights = new List<float>();
        double width = Limit / SideBins;
        for (int bin = 0; bin < _counts.Length; bin++)
        {
            if (_counts[bin] == 0) continue;
            values.Add((float)((bin - SideBins + 0.5) * width));
            weights.Add((float)_counts[bin]);
        }
        return ([.. values], [.. weights]);
    }

    /// <summary>Counts by magnitude, from zero to <see cref="Limit"/>.</summary>
    public double[] Magnitudes()
    {
        var folded = new double[SideBins];
        for (int i = 0; i < SideBins; i++) folded[i] = _counts[SideBins + i] + _counts[SideBins - 1 - i];
        return folded;
    }

    private int BinOf(double value)
    {
        if (Limit == 0) return SideBins;
        return (int)Math.Floor(value / Limit * SideBins) + SideBins;
    }

    private void Widen()
    {
        Limit *= 2;
        // Outwards from zero, so that each pair is read before its place is written.
        for (int i = 0; i < SideBins; i++)
        {
            bool exists = 2 * i + 1 < SideBins;
            int up = SideBins + 2 * i, down = SideBins - 1 - 2 * i;
            _counts[SideBins + i] = exists ? _counts[up] + _counts[up + 1] : 0;
            _counts[SideBins - 1 - i] = exists ? _counts[down] + _counts[down - 1] : 0;
        }
    }
}
