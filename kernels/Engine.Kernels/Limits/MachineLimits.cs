using System.Diagnostics;

namespace Engine.Kernels;

/// <summary>
/// What the machine can do at best, measured now: the bounds that kernels are held against. Take them in the run whose figures they are
/// compared with; machines that are shared change from minute to minute.
/// </summary>
public static unsafe class MachineLimits
{
    // Larger than any cache that the threads could share.
    private const long ReadBytes = 256L << 20;
    private const int ReadPiece = 1 << 20;
    private const int Repeats = 8;
    private const int PiecesPerThread = 4;

    /// <summary>Bytes per second that a pool's threads read together, in order, from memory too large for the caches.</summary>
    /// <param name="pool">The threads.</param>
    /// <exception cref="OutOfMemoryException">256 MiB are not there.</exception>
    public static double ReadBandwidth(WorkerPool pool)
    {
        using var buffer = new NativeBuffer(ReadBytes);
        var job = new ReadJob(buffer.Pointer, ReadPiece);
        return ReadBytes / Best(() => pool.Run(ref job, (int)(ReadBytes / ReadPiece)));
    }

    /// <summary>Multiply-adds of single-precision numbers per second that a pool's threads do together, in registers.</summary>
    /// <param name="pool">The threads.</param>
    public static double FloatMultiplyAdds(WorkerPool pool)
    {
        var job = default(FloatPeakJob);
        return (double)FloatPeakJob.MultiplyAdds * PiecesPerThread * pool.Threads / Best(() => pool.Run(ref job, PiecesPerThread * pool.Threads));
    }

    /// <summary>
    /// Multiply-adds of bytes (unsigned by signed, in pairs into 16 bits) per second that a pool's threads do together, in registers;
    /// 0 where the machine has no such instruction.
    /// </summary>
    /// <param name="pool">The threads.</param>
    public static double ByteMultiplyAdds(WorkerPool pool)
    {
        if (!BytePeakJob.IsSupported) return 0;
        var job = default(BytePeakJob);
        return (double)BytePeakJob.MultiplyAdds * PiecesPerThread * pool.Threads / Best(() => pool.Run(ref job, PiecesPerThread * pool.Threads));
    }

    // Seconds of the fastest run: what disturbs a run only makes it slower.
    private static double Best(Action run)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }
}
