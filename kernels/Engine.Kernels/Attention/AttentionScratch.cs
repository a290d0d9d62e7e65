using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Buffers of the attention kernel and its plan of a batch, grown as needed and kept: no allocation in a steady state. For one forward
/// pass at a time.
/// </summary>
public sealed class AttentionScratch : IDisposable
{
    // Whole runs are shared out where there are this many for each thread, else their segments.
    private const int RunsPerThread = 8;

    private NativeBuffer[] _perWorker = [];
    private NativeBuffer? _partials;
    private AttentionRun[] _runs = [];
    private AttentionItem[] _items = [];
    private int[] _open = [];
    private int _runCount;
    private int _partialFloats;

    internal int ItemCount { get; private set; }

    internal ref readonly AttentionItem Item(int index) => ref _items[index];

    internal ref readonly AttentionRun Run(int index) => ref _runs[index];

    /// <summary>The start of a worker's floats.</summary>
    internal unsafe float* Floats(int worker) => (float*)_perWorker[worker].Pointer;

    /// <summary>Room for what the segment-th of a run's segments gives.</summary>
    internal unsafe float* Partial(int run, int segment) =>
        (float*)_partials!.Pointer + (nint)(_runs[run].FirstPartial + segment - _runs[run].FirstSegment) * _partialFloats;

    /// <summary>Marks one of a run's segments as done; true for the last one.</summary>
    internal bool Close(int run) => Interlocked.Decrement(ref _open[run]) == 0;

    /// <summary>Cuts the batch into runs, one KV head and some tokens of one sequence each, and these into work items.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="kvHeads">KV heads of the layer.</param>
    /// <param name="tokensPerRun">The most tokens of a run.</param>
    /// <param name="parameters">What tokens see.</param>
    /// <param name="partialFloats">Floats that a segment gives.</param>
    /// <param name="threads">Threads that share the items. They decide about the cut into items, which changes no result.</param>
    internal void Plan(Batch batch, int kvHeads, int tokensPerRun, AttentionParameters parameters, int partialFloats, int threads)
    {
        _partialFloats = partialFloats;
        _runCount = 0;
        ItemCount = 0;
        int segments = 0;
        for (int start = 0; start < batch.Count;)
        {
            int length = batch.RunLength(start, batch.Count);
            int first = batch.Positions[start];
            for (int done = 0; done < length; done += tokensPerRun)
            {
                int tokens = Math.Min(tokensPerRun, length - done);
                int keyBegin = parameters.Window > 0 ? Math.Max(0, first + done - parameters.Window + 1) : 0;
                int keyEnd = first + (parameters.Causal ? done + tokens : length);
                for (int head = 0; head < kvHeads; head++)
                {
                    var run = new AttentionRun(start + done, tokens, head, keyBegin, keyEnd, segments);
                    Add(ref _runs, ref _runCount, run);
                    segments += run.EndSegment - run.FirstSegment;
                }
            }
            start += length;
        }
        bool split = threads > 1 && _runCount < RunsPerThread * threads && segments > _runCount;
        if (_open.Length < _runCount) _open = new int[_runs.Length];
        if (split) Require(ref _partials, (long)segments * partialFloats, spare: true);
        for (int run = 0; run < _runCount; run++) AddItems(run, split);
    }

    /// <summary>Makes room for so many floats for each worker.</summary>
    internal void Require(int workers, int floats)
    {
        if (_perWorker.Length < workers) Array.Resize(ref _perWorker, workers);
        for (int worker = 0; worker < workers; worker++) Require(ref _perWorker[worker]!, floats, spare: false);
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer? buffer in _perWorker) buffer?.Dispose();
        _partials?.Dispose();
        _perWorker = [];
        _partials = null;
    }

    private void AddItems(int index, bool split)
    {
        ref readonly AttentionRun run = ref _runs[index];
        int count = ItemCount;
        if (!split)
        {
            Add(ref _items, ref count, new AttentionItem(index, run.FirstSegment, run.EndSegment));
        }
        else
        {
            _open[index] = run.EndSegment - run.FirstSegment;
            for (int segment = run.FirstSegment; segment < run.EndSegment; segment++)
                Add(ref _items, ref count, new AttentionItem(index, segment, segment + 1));
        }
        ItemCount = count;
    }

    private static void Require(ref NativeBuffer? buffer, long floats, bool spare)
    {
        long bytes = floats * sizeof(float);
        if (buffer is not null && buffer.Length >= bytes) return;
        buffer?.Dispose();
        buffer = new NativeBuffer(spare ? bytes + bytes / 2 : bytes);
    }

    private static void Add<T>(ref T[] array, ref int count, T element)
    {
        if (count == array.Length) Array.Resize(ref array, Math.Max(16, 2 * count));
        array[count++] = element;
    }
}
