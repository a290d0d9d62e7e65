using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Engine.Bench;

/// <summary>A rate, or a limit of the machine measured in the same run, for benchmarks that say what an operation does.</summary>
internal sealed class RateColumn(string name, string legend, Func<Work, double, double> value, string format = "F1") : IColumn
{
    private const double NanosecondsPerSecond = 1e9;
    private const double Giga = 1e9;

    /// <summary>Rates and limits in the table's order.</summary>
    public static IEnumerable<RateColumn> All =>
    [
        new("GMAC/s", "10⁹ multiply-adds per second", (work, seconds) => work.Macs / seconds / Giga),
        new("peak", "10⁹ multiply-adds per second of bytes in registers, same threads", (work, _) => MachineFigures.Macs(work.Threads) / Giga),
        new("GB/s", "10⁹ bytes of weights per second", (work, seconds) => work.Bytes / seconds / Giga),
        new("read limit", "10⁹ bytes per second that the same threads read at best", (work, _) => MachineFigures.Read(work.Threads) / Giga),
    ];

    public string Id => $"{nameof(RateColumn)}.{name}";

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(benchmark => WorkOf(benchmark) is not null);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        if (WorkOf(benchmarkCase) is not { } work || summary[benchmarkCase]?.ResultStatistics is not { } statistics) return "-";
        double rate = value(work, statistics.Median / NanosecondsPerSecond);
        return rate > 0 ? rate.ToString(format, CultureInfo.InvariantCulture) : "-";
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static Work? WorkOf(BenchmarkCase benchmark) =>
        benchmark.Descriptor.Type == typeof(MatMulBenchmarks) ? MatMulBenchmarks.WorkOf(name => benchmark.Parameters[name]) : null;
}
