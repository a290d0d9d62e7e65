namespace Engine.Cli.Benchmark.Against;

/// <summary>One test by us and by a peer, in pairs of runs one after the other.</summary>
/// <param name="Test">The test.</param>
/// <param name="Peer">The peer's name.</param>
/// <param name="Ours">Our tokens per second, round by round.</param>
/// <param name="Theirs">The peer's, of the same rounds; empty where it cannot run the test.</param>
/// <param name="BytesPerToken">Bytes of weights that a generated token needs.</param>
/// <param name="ReadLimit">Bytes per second that the machine reads at best.</param>
internal sealed record Comparison(
    BenchTest Test, string Peer, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs, long BytesPerToken, double ReadLimit)
{
    /// <summary>Median of our runs.</summary>
    public double OurMedian => Median(Ours);

    /// <summary>Median of the peer's runs; NaN without any.</summary>
    public double TheirMedian => Median(Theirs);

    /// <summary>Median of the ratios of the pairs, ours to theirs.</summary>
    public double Ratio => Median(Ratios);

    /// <summary>The worst pair for us.</summary>
    public double LowestRatio => Ratios.DefaultIfEmpty(double.NaN).Min();

    /// <summary>The best pair for us.</summary>
    public double HighestRatio => Ratios.DefaultIfEmpty(double.NaN).Max();

    /// <summary>Bytes of weights per second at our median while generating; NaN for prompts, whose tokens share the reads.</summary>
    public double ReadRate => Test.Generated > 0 ? OurMedian * BytesPerToken : double.NaN;

    /// <summary>That as a share of what the machine can read.</summary>
    public double ReadShare => ReadRate / ReadLimit;

    private IReadOnlyList<double> Ratios => [.. Ours.Zip(Theirs, (ours, theirs) => ours / theirs)];

    /// <summary>The middle of the values, or the mean of the two middle ones; NaN of none.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return double.NaN;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
