using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Engine.Cli.Planning;

/// <summary>Measures how fast this machine reads memory on all processors.</summary>
internal static class Bandwidth
{
    private const int BytesPerThread = 128 << 20;
    private const int Rounds = 3;

    /// <summary>Bytes per second, the best of a few rounds.</summary>
    public static double Measure(int threads)
    {
        long[][] buffers = [.. Enumerable.Range(0, threads).Select(_ => new long[BytesPerThread / sizeof(long)])];
        long[] sums = new long[threads];
        Parallel.For(0, threads, i => buffers[i].AsSpan().Fill(i));
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => sums[i] += Sum(buffers[i]));
            best = Math.Max(best, (double)threads * BytesPerThread / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        GC.KeepAlive(sums);
        return best;
    }

    private static long Sum(long[] values)
    {
        var sum = Vector<long>.Zero;
        foreach (var vector in MemoryMarshal.Cast<long, Vector<long>>(values)) sum += vector;
        return Vector.Sum(sum);
    }
}
