using System.Diagnostics;
using Xunit;

namespace Engine.Kernels.Tests;

[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public class AloneCollection;

/// <summary>Measures the process's processor time, so no other test may run meanwhile.</summary>
[Collection(nameof(AloneCollection))]
public class WorkerPoolIdleTests
{
    private struct Nothing : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
        }
    }

    [Theory, InlineData(2), InlineData(16)]
    public void An_idle_pool_uses_no_processor_time(int threads)
    {
        using var pool = new WorkerPool(threads);
        var job = new Nothing();
        pool.Run(ref job, 64);
        Thread.Sleep(100);
        // The runtime works in the background now and then, so the least of several intervals counts.
        double least = Enumerable.Range(0, 5).Min(_ =>
        {
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            Thread.Sleep(200);
            return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds;
        });
        Assert.True(least < 60, $"{least} ms of processor time in 200 ms of idleness");
    }
}
