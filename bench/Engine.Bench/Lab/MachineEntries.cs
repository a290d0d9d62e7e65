using Engine.Kernels;

namespace Engine.Bench;

/// <summary>What the machine and the pool can do, whatever the kernels.</summary>
internal static class MachineEntries
{
    private const double Giga = 1e9;

    public static IEnumerable<LabEntry> All =>
    [
        new("machine/read", _ => Powers().Select(threads => Limit("machine/read", threads, "GB/s", MachineLimits.ReadBandwidth))),
        new("machine/float", _ => Powers().Select(threads => Limit("machine/float", threads, "GMAC/s", MachineLimits.FloatMultiplyAdds))),
        new("machine/byte", _ => Powers().Select(threads => Limit("machine/byte", threads, "GMAC/s", MachineLimits.ByteMultiplyAdds))),
        new("pool/job", threads => [Job(threads)]),
        new("pool/quantize", threads => [Quantize(threads)]),
    ];

    // 1, 2, 4, ... and all processors.
    private static IEnumerable<int> Powers()
    {
        int most = Math.Min(Environment.ProcessorCount, WorkerPool.MaxThreads);
        for (int threads = 1; threads < most; threads *= 2) yield return threads;
        yield return most;
    }

    private static LabRow Limit(string entry, int threads, string unit, Func<WorkerPool, double> measure)
    {
        using var pool = new WorkerPool(threads);
        double rate = measure(pool) / Giga;
        return new LabRow(entry, $"{threads} threads", unit, rate, rate, double.NaN);
    }

    private static LabRow Job(int threads)
    {
        const int Jobs = 1000;
        using var pool = new WorkerPool(threads);
        var timing = new Timing(() =>
        {
            var job = new Nothing();
            for (int i = 0; i < Jobs; i++) pool.Run(ref job, 4 * threads);
        });
        return new LabRow("pool/job", $"{4 * threads} empty pieces", "ns", timing.Best / Jobs * Giga, timing.Median / Jobs * Giga, double.NaN);
    }

    private static LabRow Quantize(int threads)
    {
        const int Tokens = 512, Columns = 1536;
        using var pool = new WorkerPool(threads);
        using var input = new Activation(Tokens, Columns);
        using var quantized = new QuantizedActivation(codeBytes: 1);
        var random = new Random(2);
        for (int t = 0; t < input.Rows; t++)
            foreach (ref float x in input.Row(t)) x = random.NextSingle() - 0.5f;
        var ranges = new RowRanges();
        ranges.Add(0, Tokens);
        var timing = new Timing(() => quantized.Set(input, ranges, pool));
        return LabRow.Rate("pool/quantize", $"{Tokens} tokens", "G values/s", Tokens * Columns, timing);
    }

    private readonly struct Nothing : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
        }
    }
}
