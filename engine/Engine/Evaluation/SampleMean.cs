namespace Engine.Evaluation;

/// <summary>
/// Mean of samples that come one by one, and how far it may be off (Welford's update, which loses no digits to large sums).
/// </summary>
public struct SampleMean
{
    private double _squares;

    /// <summary>Number of samples.</summary>
    public long Count { get; private set; }

    /// <summary>Arithmetic mean, 0 without samples.</summary>
    public double Mean { get; private set; }

    /// <summary>
    /// Standard error of the mean, the samples taken as independent: the deviation (divided by n) over the root of n - 1, as llama.cpp
    /// computes it; 0 below two samples.
    /// </summary>
    public readonly double StandardError => Count < 2 ? 0 : Math.Sqrt(_squares / Count / (Count - 1));

    /// <summary>Takes a sample.</summary>
    public void Add(double sample)
    {
        Count++;
        double before = sample - Mean;
        Mean += before / Count;
        _squares += before * (sample - Mean);
    }
}
