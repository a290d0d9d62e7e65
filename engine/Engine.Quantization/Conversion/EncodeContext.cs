using Engine.Kernels;

namespace Engine.Quantization.Conversion;

/// <summary>What the tensors of one run share: threads and their buffers, progress, cancellation.</summary>
internal sealed class EncodeContext : IDisposable
{
    // Beside the buffers there is the runtime with its code and the header of the model.
    private const long RuntimeBytes = 96L << 20;
    private const long MostStretchBytes = 16L << 20;

    private readonly Action<QuantizeProgress>? _report;
    private long _done;

    /// <summary>Starts the threads.</summary>
    public EncodeContext(QuantizeOptions options, Action<QuantizeProgress>? report, CancellationToken cancellation)
    {
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        Pool = new WorkerPool(Math.Min(threads, WorkerPool.MaxThreads));
        Scratch = [.. Enumerable.Range(0, Pool.Threads).Select(_ => new Scratch(options.Reference))];
        _report = report;
        Cancellation = cancellation;
        long buffers = Math.Max(options.MemoryLimit - RuntimeBytes, 1 << 20);
        StretchBytes = Math.Min(buffers / 4, MostStretchBytes);
        // A row lies there as bytes, as floats, as weights of its errors, encoded and in the stretch.
        MostRowBytes = Math.Min(buffers / 8 / Pool.Threads, int.MaxValue / 8);
    }

    public WorkerPool Pool { get; }

    public Scratch[] Scratch { get; }

    public CancellationToken Cancellation { get; }

    /// <summary>Bytes of encoded rows that wait to be written.</summary>
    public long StretchBytes { get; }

    /// <summary>The longest row, in bytes.</summary>
    public long MostRowBytes { get; }

    /// <summary>Counts weights that are done.</summary>
    public void Report(long values, string tensor)
    {
        _done += values;
        _report?.Invoke(new QuantizeProgress(_done, tensor));
    }

    public void Dispose() => Pool.Dispose();
}

/// <summary>How far a run is.</summary>
/// <param name="Weights">Weights that are encoded.</param>
/// <param name="Tensor">The tensor at work.</param>
public readonly record struct QuantizeProgress(long Weights, string Tensor);
