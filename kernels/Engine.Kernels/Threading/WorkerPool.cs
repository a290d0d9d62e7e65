using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// Threads that run the pieces of one job at a time. Every thread has a share of neighbouring pieces and then helps with the others', one
/// by one: a slow thread delays only its own piece. The caller takes part: a worker that does not wake in time is not waited for.
/// </summary>
/// <remarks>
/// Workers spin briefly for the next job, because the matrix products of one token follow within microseconds, and then park: an idle
/// pool uses no processor time. Calls from several threads queue. Run allocates nothing.
/// </remarks>
public sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>More threads than this are refused.</summary>
    public const int MaxThreads = 64;

    // The state word: bit 0 says that a job is open to joiners, bits 1 to 15 count the workers inside it, the rest numbers the jobs.
    private const long Open = 1, OneInside = 2, InsideMask = 0xFFFE, OneJob = 0x10000;

    private readonly Thread[] _workers;
    private readonly Lock _runs = new();
    private readonly object _gate = new();
    private readonly int _spins;
    private readonly PieceShares _pieces;
    private Shared _shared;
    private void* _job;
    private delegate*<void*, int, int, void> _execute;
    private int _parked;
    private bool _disposed;
    private ExceptionDispatchInfo? _failure;

    [ThreadStatic]
    private static WorkerPool? _inside;

    /// <summary>Starts <paramref name="threads"/> - 1 background threads; the caller of <see cref="Run"/> is the last one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 or more than <see cref="MaxThreads"/> threads.</exception>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        Threads = threads;
        _pieces = new PieceShares(threads);
        // With more threads than cores a spinning thread keeps a working one from its core.
        _spins = threads <= Environment.ProcessorCount ? 16384 : 20;
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"Engine worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>How many threads run a job, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Runs pieces 0 to <paramref name="count"/> - 1 of <paramref name="job"/> and returns when all are done.</summary>
    /// <remarks>The first exception of a piece ends the job early (pieces already begun finish) and is thrown here.</remarks>
    /// <exception cref="InvalidOperationException">Called from inside a job.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public void Run<TJob>(ref TJob job, int count) where TJob : struct, IWorkerJob
    {
        if (_inside is not null) throw new InvalidOperationException("WorkerPool.Run was called from inside a job.");
        if (count <= 0) return;
        lock (_runs)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _inside = this;
            // A copy on this stack frame stays where it is while workers look at it, wherever the caller keeps the original.
            TJob local = job;
            try
            {
                if (count == 1 || _workers.Length == 0)
                    for (int i = 0; i < count; i++) local.Execute(i, 0);
                else
                    RunShared(Unsafe.AsPointer(ref local), &Execute<TJob>, count);
            }
            finally
            {
                _inside = null;
                job = local;
            }
        }
    }

    /// <summary>Ends the threads; waits for a job that is running.</summary>
    public void Dispose()
    {
        lock (_runs)
        {
            if (_disposed) return;
            lock (_gate)
            {
                Volatile.Write(ref _disposed, true);
                Monitor.PulseAll(_gate);
            }
        }
        foreach (Thread worker in _workers) worker.Join();
    }

    private static void Execute<TJob>(void* job, int index, int worker) where TJob : struct, IWorkerJob =>
        Unsafe.AsRef<TJob>(job).Execute(index, worker);

    private void RunShared(void* job, delegate*<void*, int, int, void> execute, int count)
    {
        _job = job;
        _execute = execute;
        _pieces.Reset(count);
        _failure = null;
        // Nobody is inside between jobs, so nobody else writes the state here. The exchange orders it before the look at _parked.
        Interlocked.Exchange(ref _shared.State, (_shared.State & ~(InsideMask | Open)) + OneJob + Open);
        if (Volatile.Read(ref _parked) > 0) WakeWorkers(count - 1);

        TakePieces(worker: 0);

        Interlocked.And(ref _shared.State, ~Open);
        for (int spin = 0; (Volatile.Read(ref _shared.State) & InsideMask) != 0; spin++) Pause(spin);
        _job = null;
        _failure?.Throw();
    }

    private void TakePieces(int worker)
    {
        try
        {
            for (int i = 0, owner = worker; i < Threads; i++, owner = owner + 1 < Threads ? owner + 1 : 0)
                for (int piece; Volatile.Read(ref _failure) is null && (piece = _pieces.Take(owner)) >= 0;) _execute(_job, piece, worker);
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    private void Work(int worker)
    {
        _inside = this;
        long last = 0;
        while (AwaitJob(ref last))
        {
            TakePieces(worker);
            Interlocked.Add(ref _shared.State, -OneInside);
        }
    }

    /// <summary>Waits for a job other than <paramref name="last"/> and enters it; false when the pool ends.</summary>
    private bool AwaitJob(ref long last)
    {
        for (int spin = 0; ; spin++)
        {
            long state = Volatile.Read(ref _shared.State);
            if (IsNew(state, last))
            {
                // A failed exchange means that another worker entered or that the job closed: look again.
                if (Interlocked.CompareExchange(ref _shared.State, state + OneInside, state) != state) continue;
                last = state & ~(InsideMask | Open);
                return true;
            }
            if (Volatile.Read(ref _disposed)) return false;
            if (spin < _spins) Pause(spin);
            else Park(last);
        }
    }

    private static bool IsNew(long state, long last) => (state & Open) != 0 && (state & ~(InsideMask | Open)) != last;

    private void Park(long last)
    {
        lock (_gate)
        {
            // A full fence: either this thread sees the new state below, or the caller of Run sees this thread parked.
            Interlocked.Increment(ref _parked);
            while (!_disposed && !IsNew(Volatile.Read(ref _shared.State), last)) Monitor.Wait(_gate);
            Interlocked.Decrement(ref _parked);
        }
    }

    private void WakeWorkers(int most)
    {
        lock (_gate)
        {
            for (int i = Math.Min(most, _parked); i > 0; i--) Monitor.Pulse(_gate);
        }
    }

    private void Pause(int spin)
    {
        // Give the core away now and then: on a loaded machine the thread that is waited for may need it.
        if (spin % 1024 == 1023 || _spins < 1024) Thread.Yield();
        // One pause at a time: the products of a small model's token take microseconds, and a longer look away was seen in its speed.
        else if (X86Base.IsSupported) X86Base.Pause();
        else Thread.SpinWait(1);
    }

    /// <summary>The word that every thread writes, on cache lines of its own (prefetchers fetch lines in pairs).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Shared
    {
        [FieldOffset(128)] public long State;
    }
}
