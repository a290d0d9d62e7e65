namespace Engine.Kernels;

/// <summary>The work of one attention, in the items that <see cref="AttentionScratch"/> planned.</summary>
internal readonly unsafe struct AttentionJob(
    Batch batch, int layer, KvLayerShape shape, Activation queries, Activation output, AttentionParameters parameters,
    AttentionScratch scratch)
    : IWorkerJob
{
    private const int BlocksPerSegment = AttentionRun.SegmentTokens / KvCache.BlockTokens;

    private readonly int _group = parameters.Heads / shape.Heads;

    public void Execute(int index, int worker)
    {
        AttentionItem item = scratch.Item(index);
        ref readonly AttentionRun run = ref scratch.Run(item.Run);
        var rows = new AttentionRows(scratch.Floats(worker), shape, run.Tokens * _group);
        ReadQueries(in run, rows);
        AttentionSums total = rows.Total;
        total.Clear();
        if (item.IsWhole(in run))
        {
            for (int segment = item.FirstSegment; segment < item.EndSegment; segment++)
            {
                Attend(in run, rows, rows.Segment, segment);
                total.Add(rows.Segment);
            }
        }
        else
        {
            for (int segment = item.FirstSegment; segment < item.EndSegment; segment++)
                Attend(in run, rows, rows.At(scratch.Partial(item.Run, segment)), segment);
            if (!scratch.Close(item.Run)) return;
            for (int segment = run.FirstSegment; segment < run.EndSegment; segment++)
                total.Add(rows.At(scratch.Partial(item.Run, segment)));
        }
        WriteOutput(in run, total);
    }

    private void ReadQueries(in AttentionRun run, AttentionRows rows)
    {
        KvCache cache = batch.Sequence(run.FirstToken).Cache;
        int length = _group * shape.KeySize;
        for (int token = 0; token < run.Tokens; token++)
        {
            Span<float> heads = rows.Queries(token * _group, _group);
            queries.Row(run.FirstToken + token).Slice(run.KvHead * length, length).CopyTo(heads);
            cache.TurnKeys(heads, shape.KeySize);
        }
    }

    /// <summary>Sums up the keys of one segment.</summary>
    private void Attend(in AttentionRun run, AttentionRows rows, AttentionSums sums, int segment)
    {
        KvSequence sequence = batch.Sequence(run.FirstToken);
        KvCache cache = sequence.Cache;
        int firstPosition = batch.Positions[run.FirstToken];
        int block = Math.Max(segment * BlocksPerSegment, run.KeyBegin / KvCache.BlockTokens);
        int end = Math.Min((segment + 1) * AttentionRun.SegmentTokens, run.KeyEnd);
        sums.Clear();
        for (; block * KvCache.BlockTokens < end; block++)
        {
            int blockBegin = block * KvCache.BlockTokens;
            int keyCount = Math.Min(KvCache.BlockTokens, end - blockBegin);
            NativeBuffer memory = sequence.Block(block);
            byte* values = cache.Values(memory, layer, run.KvHead);
            rows.Score(cache.KeyFormat, cache.Keys(memory, layer, run.KvHead), keyCount, next: values);
            for (int token = 0; token < run.Tokens; token++)
            {
                int position = firstPosition + token;
                int seenEnd = parameters.Causal ? position + 1 : run.KeyEnd;
                int seenBegin = parameters.Window > 0 ? Math.Max(0, position - parameters.Window + 1) : 0;
                for (int row = token * _group; row < (token + 1) * _group; row++)
                {
                    rows.Softmax(
                        sums, row, keyCount, seenBegin - blockBegin, seenEnd - blockBegin, parameters.Scale, parameters.SoftCap);
                }
            }
            byte* nextKeys = blockBegin + keyCount < end ? cache.Keys(sequence.Block(block + 1), layer, run.KvHead) : null;
            rows.Accumulate(sums, cache.ValueFormat, values, keyCount, nextKeys);
        }
    }

    private void WriteOutput(in AttentionRun run, AttentionSums total)
    {
        KvCache cache = batch.Sequence(run.FirstToken).Cache;
        int length = _group * shape.ValueSize;
        for (int token = 0; token < run.Tokens; token++)
        {
            Span<float> heads = output.Row(run.FirstToken + token).Slice(run.KvHead * length, length);
            for (int head = 0; head < _group; head++)
            {
                float sink = parameters.Sinks is { } sinks ? sinks[run.KvHead * _group + head] : float.NegativeInfinity;
                total.Finish(token * _group + head, sink, heads.Slice(head * shape.ValueSize, shape.ValueSize));
            }
            cache.TurnValues(heads, shape.ValueSize);
        }
    }
}
