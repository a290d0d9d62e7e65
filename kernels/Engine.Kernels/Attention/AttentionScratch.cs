namespace Engine.Kernels;

/// <summary>
/// Buffers of the attention kernel, grown as needed and kept: no allocation in a steady state. For one forward pass at a time.
/// </summary>
public sealed class AttentionScratch : IDisposable
{
    private NativeBuffer[] _perWorker = [];
    private AttentionItem[] _items = [];

    internal int ItemCount { get; private set; }

    internal ref readonly AttentionItem Item(int index) => ref _items[index];

    /// <summary>The start of a worker's floats.</summary>
    internal unsafe float* Floats(int worker) => (float*)_perWorker[worker].Pointer;

    /// <summary>Cuts the batch into work items: one KV head and a run of tokens of one sequence each.</summary>
    internal void Plan(Batch batch, int kvHeads, int tokensPerItem, bool causal)
    {
        ItemCount = 0;
        for (int start = 0; start < batch.Count;)
        {
            int run = batch.RunLength(start, batch.Count);
            int runEnd = batch.Positions[start] + run;
            for (int done = 0; done < run; done += tokensPerItem)
            {
                int tokens = Math.Min(tokensPerItem, run - done);
                int keyEnd = causal ? batch.Positions[start + done] + tokens : runEnd;
                for (int head = 0; head < kvHeads; head++) Add(new AttentionItem(start + done, tokens, head, keyEnd));
            }
            start += run;
        }
    }

    internal void Require(int workers, int floats)
    {
        if (_perWorker.Length < workers) Array.Resize(ref _perWorker, workers);
        long bytes = (long)floats * sizeof(float);
        for (int worker = 0; worker < workers; worker++)
        {
            if (_perWorker[worker] is { } buffer && buffer.Length >= bytes) continue;
            _perWorker[worker]?.Dispose();
            _perWorker[worker] = new NativeBuffer(bytes);
        }
    }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer? buffer in _perWorker) buffer?.Dispose();
        _perWorker = [];
    }

    private void Add(AttentionItem item)
    {
        if (ItemCount == _items.Length) Array.Resize(ref _items, Math.Max(16, 2 * ItemCount));
        _items[ItemCount++] = item;
    }
}

/// <summary>A run of tokens of one sequence and the KV head whose query heads are to be computed for them.</summary>
/// <param name="FirstToken">Index of the first token in the batch.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="KvHead">The KV head.</param>
/// <param name="KeyEnd">The first position that none of the tokens sees.</param>
internal readonly record struct AttentionItem(int FirstToken, int Tokens, int KvHead, int KeyEnd);
