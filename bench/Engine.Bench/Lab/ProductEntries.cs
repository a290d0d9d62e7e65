using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Loading and products of each type.</summary>
internal static class ProductEntries
{
    private const int Columns = 1536;

    public static IEnumerable<LabEntry> All =>
        WeightTypes.All.Select(type => new LabEntry($"product/{type}", threads => Products(type, threads)))
            .Concat(WeightTypes.All.Select(type => new LabEntry($"stream/{type}", threads => [Token(type, threads)])));

    private static IEnumerable<LabRow> Products(QuantType type, int threads)
    {
        yield return Load(type, threads);
        double peak = MachineFigures.Macs(threads);
        yield return Product("512 tokens", 576, 512, Arithmetic.Fast, peak);
        yield return Product("512 tokens exact", 576, 512, Arithmetic.Exact, peak);
        yield return Token(type, threads);
        yield return Product("1 token in cache", 192, 1, Arithmetic.Fast, peak);
        yield return Product("1 token exact", 4096, 1, Arithmetic.Exact, peak);

        LabRow Product(string variant, int rows, int tokens, Arithmetic arithmetic, double limit)
        {
            using var problem = new Problem(type, rows, Columns, tokens, threads, arithmetic);
            return LabRow.Rate($"product/{type}", variant, "GMAC/s", problem.Macs, new Timing(problem.Multiply), limit);
        }
    }

    // So many weights that the last level of cache, tens of megabytes, holds few of them.
    private static LabRow Token(QuantType type, int threads)
    {
        const int Rows = 1 << 17, Columns = 2048;
        using var problem = new Problem(type, Rows, Columns, 1, threads, Arithmetic.Fast);
        return LabRow.Rate(
            $"product/{type}", "1 token", "GB/s", problem.Bytes, new Timing(problem.Multiply), MachineFigures.Read(threads));
    }

    private static LabRow Load(QuantType type, int threads)
    {
        const int Rows = 8192;
        using var pool = new WorkerPool(threads);
        ITensorData tensor = WeightTypes.Random(type, Rows, Columns);
        var timing = new Timing(() => Matrix.Load(tensor, type, Rows, Columns, MatrixOptions.Default, pool).Dispose());
        return LabRow.Rate($"product/{type}", "load", "GB/s", tensor.ByteLength, timing);
    }
}
