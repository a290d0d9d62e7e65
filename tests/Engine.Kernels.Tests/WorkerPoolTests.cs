using Xunit;

namespace Engine.Kernels.Tests;

public class WorkerPoolTests
{
    public static TheoryData<int> ThreadCounts => [1, 2, 3, 8, 64];

    private struct Counting(int[] runs, int[] byWorker) : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
            Interlocked.Increment(ref runs[index]);
            Interlocked.Increment(ref byWorker[worker]);
        }
    }

    [Theory, MemberData(nameof(ThreadCounts))]
    public void Every_piece_runs_once_in_every_run(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int count = 0; count < 200; count++)
        {
            int[] runs = new int[count], byWorker = new int[threads];
            var job = new Counting(runs, byWorker);
            pool.Run(ref job, count);
            Assert.All(runs, n => Assert.Equal(1, n));
            Assert.Equal(count, byWorker.Sum());
        }
    }

    private struct Sleeping(HashSet<int> threads) : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
            Thread.Sleep(20);
            lock (threads) threads.Add(Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public void Parked_workers_wake_and_share_the_pieces()
    {
        using var pool = new WorkerPool(3);
        Thread.Sleep(100);
        var threads = new HashSet<int>();
        var job = new Sleeping(threads);
        pool.Run(ref job, 30);
        Assert.Equal(3, threads.Count);
    }

    private struct Failing(int at) : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
            if (index == at) throw new InvalidDataException("piece " + at);
        }
    }

    [Theory, MemberData(nameof(ThreadCounts))]
    public void An_exception_reaches_the_caller_and_the_pool_goes_on(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int at = 0; at < 20; at++)
        {
            var failing = new Failing(at);
            Assert.Equal("piece " + at, Assert.Throws<InvalidDataException>(() => pool.Run(ref failing, 20)).Message);
        }
        int[] runs = new int[50];
        var job = new Counting(runs, new int[threads]);
        pool.Run(ref job, 50);
        Assert.All(runs, n => Assert.Equal(1, n));
    }

    private struct Nesting(WorkerPool pool) : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
            var job = new Failing(-1);
            pool.Run(ref job, 2);
        }
    }

    [Fact]
    public void A_run_inside_a_job_is_refused_instead_of_hanging()
    {
        using var pool = new WorkerPool(2);
        var job = new Nesting(pool);
        Assert.Throws<InvalidOperationException>(() => pool.Run(ref job, 4));
    }

    [Fact]
    public void Callers_on_several_threads_take_turns()
    {
        using var pool = new WorkerPool(2);
        int[] runs = new int[100];
        Parallel.For(0, 8, _ =>
        {
            for (int repeat = 0; repeat < 50; repeat++)
            {
                var job = new Counting(runs, new int[2]);
                pool.Run(ref job, runs.Length);
            }
        });
        Assert.All(runs, n => Assert.Equal(400, n));
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        var job = new Counting(new int[4], new int[2]);
        for (int i = 0; i < 100; i++) pool.Run(ref job, 4);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) pool.Run(ref job, 4);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_disposed_pool_refuses_work_and_may_be_disposed_again()
    {
        var pool = new WorkerPool(3);
        pool.Dispose();
        pool.Dispose();
        var job = new Failing(-1);
        Assert.Throws<ObjectDisposedException>(() => pool.Run(ref job, 4));
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(65)]
    public void A_thread_count_out_of_range_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(threads));
}
