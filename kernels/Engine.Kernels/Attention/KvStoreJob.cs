namespace Engine.Kernels;

/// <summary>
/// Stores the keys or the values of one KV head at a time: item 2h has the keys of head h, the next one its values. Several tokens share
/// a byte of stored keys, so threads must not share a head.
/// </summary>
internal readonly unsafe struct KvStoreJob(Batch batch, int layer, Activation keys, Activation values, AttentionScratch scratch) : IWorkerJob
{
    public void Execute(int index, int worker)
    {
        (int head, int part) = int.DivRem(index, 2);
        for (int token = 0; token < batch.Count; token++)
        {
            KvSequence sequence = batch.Sequence(token);
            KvCache cache = sequence.Cache;
            KvLayerShape shape = cache.Shape(layer);
            (int block, int slot) = int.DivRem(batch.Positions[token], KvCache.BlockTokens);
            NativeBuffer memory = sequence.Block(block);
            if (part == 0)
            {
                Span<float> key = Copy(keys, token, head, shape.KeySize, worker);
                cache.TurnKeys(key, shape.KeySize);
                cache.KeyFormat.StoreKey(key, cache.Keys(memory, layer, head), slot);
            }
            else
            {
                Span<float> value = Copy(values, token, head, shape.ValueSize, worker);
                cache.TurnValues(value, shape.ValueSize);
                cache.ValueFormat.StoreValue(value, cache.Values(memory, layer, head), slot);
            }
        }
    }

    private Span<float> Copy(Activation source, int token, int head, int size, int worker)
    {
        var copy = new Span<float>(scratch.Floats(worker), size);
        source.Row(token).Slice(head * size, size).CopyTo(copy);
        return copy;
    }
}
