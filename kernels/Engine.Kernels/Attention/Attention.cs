namespace Engine.Kernels;

/// <summary>
/// Softmax attention over a paged cache. Query heads that share a KV head, and neighbouring tokens, form the rows of one small matrix
/// product with a block of 64 keys; the softmax runs online over the blocks (Milakov and Gimelshein, 2018; Dao et al., 2022).
/// </summary>
/// <remarks>
/// Whatever the cache keeps is multiplied as the float numbers that it stands for: the arithmetic is that of an F32 cache which holds
/// the rounded keys and values.
/// A token's result has the same bits for any batch: blocks are cut at multiples of 64 positions and segments at multiples of 512, sums
/// run in ascending order, and keys that a token does not see add exact zeros.
/// </remarks>
public static class Attention
{
    // So many rows (tokens times query heads of a KV head) amortise reading a block of keys.
    private const int RowsPerRun = 32;

    // The keys of fewer are stored before the pool has woken up.
    private const int TokensForPool = 8;

    /// <summary>Writes the batch's keys and values, after RoPE, into their sequences' blocks.</summary>
    /// <param name="batch">The tokens; their positions must be reserved in their sequences.</param>
    /// <param name="layer">Index of the layer in the cache.</param>
    /// <param name="keys">[tokens, Heads · KeySize].</param>
    /// <param name="values">[tokens, Heads · ValueSize].</param>
    /// <param name="scratch">Buffers, kept between calls.</param>
    /// <param name="pool">Threads to share the work.</param>
    public static void Store(
        Batch batch, int layer, Activation keys, Activation values, AttentionScratch scratch, WorkerPool pool)
    {
        if (batch.Count == 0) return;
        KvLayerShape shape = batch.Sequence(0).Cache.Shape(layer);
        scratch.Require(pool.Threads, Math.Max(shape.KeySize, shape.ValueSize));
        var job = new KvStoreJob(batch, layer, keys, values, scratch);
        int items = 2 * shape.Heads;
        if (batch.Count >= TokensForPool) pool.Run(ref job, items);
        else for (int item = 0; item < items; item++) job.Execute(item, 0);
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
        int tokensPerRun = Math.Min(batch.Count, Math.Max(1, RowsPerRun / group));
        scratch.Require(pool.Threads, AttentionRows.FloatCount(shape, tokensPerRun * group));
        scratch.Plan(
            batch, shape.Heads, tokensPerRun, parameters, AttentionSums.FloatCount(tokensPerRun * group, shape.PaddedValueSize), pool.Threads);
        var job = new AttentionJob(batch, layer, shape, queries, output, parameters, scratch);
        pool.Run(ref job, scratch.ItemCount);
    }
}
