namespace Engine.Bench;

/// <summary>One figure of the lab.</summary>
/// <param name="Entry">What was measured ("product/Q4_K").</param>
/// <param name="Variant">Which way of it ("512 tokens", "Avx2").</param>
/// <param name="Unit">Unit of the rates ("GMAC/s").</param>
/// <param name="Best">Rate of the fastest run.</param>
/// <param name="Median">Rate of the middle run.</param>
/// <param name="Limit">The machine's limit in the same unit, NaN where none is meant.</param>
/// <param name="Check">How the result compares with the reference; empty where nothing was compared.</param>
internal sealed record LabRow(string Entry, string Variant, string Unit, double Best, double Median, double Limit, string Check = "")
{
    private const double Giga = 1e9;

    /// <summary>A rate in units of 10⁹ per second.</summary>
    /// <param name="entry">What was measured.</param>
    /// <param name="variant">Which way of it.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="amount">How much one run does.</param>
    /// <param name="timing">The runs.</param>
    /// <param name="limit">The machine's limit per second; NaN for none.</param>
    /// <param name="check">How the result compares with the reference.</param>
    public static LabRow Rate(
        string entry, string variant, string unit, double amount, Timing timing, double limit = double.NaN, string check = "") =>
        new(entry, variant, unit, amount / timing.Best / Giga, amount / timing.Median / Giga, limit / Giga, check);

    /// <summary>Median as a share of the limit.</summary>
    public double Share => Median / Limit;
}
