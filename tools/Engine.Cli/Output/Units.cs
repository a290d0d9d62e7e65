using System.Globalization;

namespace Engine.Cli.Output;

/// <summary>Sizes, counts and times as people read them.</summary>
internal static class Units
{
    private const double Kibi = 1024;

    /// <summary>Bytes in binary units: "93.81 MiB".</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => Fixed(bytes / (Kibi * Kibi * Kibi), 2) + " GiB",
        >= 1L << 20 => Fixed(bytes / (Kibi * Kibi), 2) + " MiB",
        >= 1L << 10 => Fixed(bytes / Kibi, 2) + " KiB",
        _ => bytes.ToString(CultureInfo.InvariantCulture) + " B",
    };

    /// <summary>A count of parameters: "134.52 M".</summary>
    public static string Parameters(long count) => count switch
    {
        >= 1_000_000_000 => Fixed(count / 1e9, 2) + " B",
        >= 1_000_000 => Fixed(count / 1e6, 2) + " M",
        >= 1_000 => Fixed(count / 1e3, 2) + " K",
        _ => count.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A time in the unit that suits it: "812 ms", "3.21 s".</summary>
    public static string Time(TimeSpan time) =>
        time.TotalSeconds < 1 ? Fixed(time.TotalMilliseconds, 0) + " ms" : Fixed(time.TotalSeconds, 2) + " s";

    /// <summary>A number with so many decimals, with a point in every country.</summary>
    public static string Fixed(double value, int decimals) => value.ToString("F" + decimals, CultureInfo.InvariantCulture);
}
