namespace Engine.Quantization.Ptq;

/// <summary>How values are quantized.</summary>
public sealed record PtqOptions
{
    /// <summary>Bits of a code, 2 to 8.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Which levels a code stands for.</summary>
    public QuantScheme Scheme { get; init; }

    /// <summary>Which values share a range.</summary>
    public Granularity Granularity { get; init; } = Granularity.Channel;

    /// <summary>Values of a group, at least 1; the last group of a row may be shorter.</summary>
    public int GroupSize { get; init; } = 128;

    /// <summary>How far a range goes.</summary>
    public RangeCalibration Calibration { get; init; }

    /// <summary>Percent of the values within the range of <see cref="RangeCalibration.Percentile"/>, above 50 to 100.</summary>
    public double Percentile { get; init; } = 99.99;

    /// <summary>Refuses what no quantizer can do.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Bits, group size or percentile are out of their ranges.</exception>
    /// <exception cref="ArgumentException">Entropy calibration of groups: so few values have no distribution.</exception>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bits, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(GroupSize, 1);
        if (!(Percentile is > 50 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(Percentile), Percentile, "A percentile is above 50, at most 100.");
        if (Calibration == RangeCalibration.Entropy && Granularity == Granularity.Group)
            throw new ArgumentException("Entropy calibration needs the many values of a tensor, a channel or a text, not of a group.");
    }
}
