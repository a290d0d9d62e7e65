namespace Engine.Cli.Benchmark;

/// <summary>What a test took.</summary>
/// <param name="Test">The test.</param>
/// <param name="Threads">Worker threads.</param>
/// <param name="Started">When the first repetition began, in UTC.</param>
/// <param name="Samples">Time of each repetition.</param>
internal sealed record BenchResult(BenchTest Test, int Threads, DateTime Started, IReadOnlyList<TimeSpan> Samples)
{
    private const double NanosecondsPerTick = 100;

    /// <summary>Nanoseconds of each repetition.</summary>
    public IReadOnlyList<double> Nanoseconds => [.. Samples.Select(time => time.Ticks * NanosecondsPerTick)];

    /// <summary>Tokens per second of each repetition.</summary>
    public IReadOnlyList<double> Speeds => [.. Samples.Select(time => Test.Tokens / time.TotalSeconds)];

    /// <summary>Arithmetic mean.</summary>
    public static double Mean(IReadOnlyList<double> values) => values.Average();

    /// <summary>Standard deviation of the sample (divided by n - 1), 0 for a single value.</summary>
    public static double Deviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2) return 0;
        double mean = Mean(values);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
