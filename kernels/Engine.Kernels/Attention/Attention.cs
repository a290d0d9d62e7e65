namespace Engine.Kernels;

/// <summary>
/// Softmax attention over a paged cache. Query heads that share a KV head, and neighbouring tokens, form the rows of one small matrix
/// product with a block of 64 keys; the softmax runs online over the blocks (Milakov and Gimelshein, 2018; Dao et al., 2022).
/// </summary>
/// <remarks>
/// A token's result has the same bits for any batch: blocks are cut at multiples of 64 positions, sums run in ascending order, and
/// keys that a token does not see add exact zeros.
/// </remarks>
public static class Attention
{
    // So many rows (tokens times query heads of a KV head) amortise reading a block of keys and still fit the L1 cache.
    private const int RowsPerItem = 32;

    /// <summary>Writes the batch's keys and values, after RoPE, into their sequences' blocks.</summary>
    /// <param name="batch">The tokens; their positions must be reserved in their sequences.</param>
    /// <param name="layer">Index of the layer in the cache.</param>
    /// <param name="keys">[tokens, Heads · KeySize].</param>
    /// <param name="values">[tokens, Heads · ValueSize].</param>
    public static unsafe void Store(Batch batch, int layer, Activation keys, Activation values)
    {
        for (int token = 0; token < batch.Count; token++)
        {
            KvSequence sequence = batch.Sequence(token);
            KvCache cache = sequence.Cache;
            KvLayerShape shape = cache.Shape(layer);
            (int block, int slot) = int.DivRem(batch.Positions[token], KvCache.BlockTokens);
            NativeBuffer memory = sequence.Block(block);
            ReadOnlySpan<float> key = keys.Row(token);
            ReadOnlySpan<float> value = values.Row(token);
            for (int head = 0; head < shape.Heads; head++)
            {
                StoreKey(cache.Keys(memory, layer, head), slot, key.Slice(head * shape.KeySize, shape.KeySize));
                StoreValue(cache.Values(memory, layer, head), slot, shape, value.Slice(head * shape.ValueSize, shape.ValueSize));
            }
        }
    }

    private static unsafe void StoreKey(float* keys, int slot, ReadOnlySpan<float> key)
    {
        (int stripe, int lane) = int.DivRem(slot, KvCache.StripeLanes);
        float* column = keys + (nint)stripe * key.Length * KvCache.StripeLanes + lane;
        foreach (float element in key)
        {
            *column = element;
            column += KvCache.StripeLanes;
        }
    }

    private static unsafe void StoreValue(float* values, int slot, KvLayerShape shape, ReadOnlySpan<float> value)
    {
        for (int start = 0; start < value.Length; start += KvCache.StripeLanes)
        {
            int lanes = Math.Min(KvCache.StripeLanes, shape.PaddedValueSize - start);
            int count = Math.Min(lanes, value.Length - start);
            float* row = values + (nint)start * KvCache.BlockTokens + slot * lanes;
            value.Slice(start, count).CopyTo(new Span<float>(row, count));
        }
    }

    /// <summary>Attends with every token of the batch to the keys in its sequence, its own included.</summary>
    /// <param name="batch">The tokens, whose keys and values are stored.</param>
    /// <param name="layer">Index of the layer in the cache.</param>
    /// <param name="queries">[tokens, parameters.Heads · KeySize], after RoPE.</param>
    /// <param name="output">[tokens, parameters.Heads · ValueSize]; written.</param>
    /// <param name="parameters">How the layer attends.</param>
    /// <param name="scratch">Buffers, kept between calls.</param>
    /// <param name="pool">Threads to share the work.</param>
    /// <exception cref="ArgumentException">The query heads are no multiple of the KV heads, or the sinks are not one per head.</exception>
    public static void Compute(
        Batch batch, int layer, Activation queries, Activation output, AttentionParameters parameters, AttentionScratch scratch,
        WorkerPool pool)
    {
        if (batch.Count == 0) return;
        KvLayerShape shape = batch.Sequence(0).Cache.Shape(layer);
        if (parameters.Heads % shape.Heads != 0 || (parameters.Sinks is { } sinks && sinks.Length != parameters.Heads))
        {
            throw new ArgumentException(
                $"{parameters.Heads} query heads do not fit {shape.Heads} KV heads and {parameters.Sinks?.Length ?? 0} sinks.",
                nameof(parameters));
        }
        int group = parameters.Heads / shape.Heads;
        int tokensPerItem = Math.Max(1, RowsPerItem / group);
        scratch.Require(pool.Threads, AttentionRows.FloatCount(shape, tokensPerItem * group));
        scratch.Plan(batch, shape.Heads, tokensPerItem, parameters.Causal);
        var job = new Job(batch, layer, shape, queries, output, parameters, scratch);
        pool.Run(ref job, scratch.ItemCount);
    }

    private readonly struct Job(
        Batch batch, int layer, KvLayerShape shape, Activation queries, Activation output, AttentionParameters parameters,
        AttentionScratch scratch)
        : IWorkerJob
    {
        public unsafe void Execute(int index, int worker)
        {
            ref readonly AttentionItem item = ref scratch.Item(index);
            KvSequence sequence = batch.Sequence(item.FirstToken);
            int firstPosition = batch.Positions[item.FirstToken];
            int group = parameters.Heads / shape.Heads;
            var rows = new AttentionRows(scratch.Floats(worker), shape, item.Tokens * group);
            for (int token = 0; token < item.Tokens; token++)
            {
                Span<float> heads = queries.Row(item.FirstToken + token);
                rows.Begin(token * group, heads.Slice(item.KvHead * group * shape.KeySize, group * shape.KeySize));
            }
            int keyBegin = parameters.Window > 0 ? Math.Max(0, firstPosition - parameters.Window + 1) : 0;
            for (int block = keyBegin / KvCache.BlockTokens; block * KvCache.BlockTokens < item.KeyEnd; block++)
            {
                int blockBegin = block * KvCache.BlockTokens;
                int keyCount = Math.Min(KvCache.BlockTokens, item.KeyEnd - blockBegin);
                NativeBuffer memory = sequence.Block(block);
                rows.Score(sequence.Cache.Keys(memory, layer, item.KvHead), keyCount);
                for (int token = 0; token < item.Tokens; token++)
                {
                    int position = firstPosition + token;
                    int seenEnd = parameters.Causal ? position + 1 : item.KeyEnd;
                    int seenBegin = parameters.Window > 0 ? Math.Max(0, position - parameters.Window + 1) : 0;
                    for (int head = 0; head < group; head++)
                    {
                        rows.Softmax(
                            token * group + head, keyCount, seenBegin - blockBegin, seenEnd - blockBegin,
                            parameters.Scale, parameters.SoftCap);
                    }
                }
                rows.Accumulate(sequence.Cache.Values(memory, layer, item.KvHead), keyCount);
            }
            for (int token = 0; token < item.Tokens; token++)
            {
                Span<float> heads = output.Row(item.FirstToken + token);
                Span<float> destination = heads.Slice(item.KvHead * group * shape.ValueSize, group * shape.ValueSize);
                for (int head = 0; head < group; head++)
                {
                    float sink = parameters.Sinks is { } sinks ? sinks[item.KvHead * group + head] : float.NegativeInfinity;
                    rows.Finish(token * group + head, sink, destination.Slice(head * shape.ValueSize, shape.ValueSize));
                }
            }
        }
    }
}
