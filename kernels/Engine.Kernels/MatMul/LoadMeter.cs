using System.Diagnostics;

namespace Engine.Kernels;

/// <summary>What loading matrices took, added up over matrices and threads. Safe to use from many threads at once.</summary>
public sealed class LoadMeter
{
    private long _reading;
    private long _repacking;
    private long _bytes;

    /// <summary>Time spent on reading weights and looking for scales that are not finite, summed over the threads.</summary>
    public TimeSpan Reading => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _reading));

    /// <summary>Time spent on putting them into the order in which kernels read, summed over the threads.</summary>
    public TimeSpan Repacking => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _repacking));

    /// <summary>Bytes that were read.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Adds a piece of work in ticks of <see cref="Stopwatch"/>.</summary>
    internal void Add(long reading, long repacking, long bytes)
    {
        Interlocked.Add(ref _reading, reading);
        Interlocked.Add(ref _repacking, repacking);
        Interlocked.Add(ref _bytes, bytes);
    }
}
