using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The state of one work item's online softmax: per row (a query head of a token) the query, the scores of the current block, the
/// maximum and the sum so far, and the weighted values so far. All of it lies in one worker's scratch buffer.
/// </summary>
internal readonly unsafe struct AttentionRows
{
    private const int Lanes = 8;

    private readonly KvLayerShape _shape;
    private readonly int _rows;
    private readonly float* _queries;   // [rows][KeySize]
    private readonly float* _scores;    // [rows][BlockTokens]; after Softmax the weights
    private readonly float* _values;    // [rows][PaddedValueSize]
    private readonly float* _maxima;    // [rows]
    private readonly float* _sums;      // [rows]

    internal AttentionRows(float* scratch, KvLayerShape shape, int rows)
    {
        _shape = shape;
        _rows = rows;
        _scores = scratch;
        _values = _scores + rows * KvCache.BlockTokens;
        _queries = _values + rows * shape.PaddedValueSize;
        _maxima = _queries + rows * shape.KeySize;
        _sums = _maxima + rows;
    }

    /// <summary>Floats that so many rows need.</summary>
    internal static int FloatCount(KvLayerShape shape, int rows) =>
        checked(rows * (KvCache.BlockTokens + shape.PaddedValueSize + shape.KeySize + 2));

    /// <summary>Starts the rows of one token from its queries, [group][KeySize].</summary>
    internal void Begin(int firstRow, ReadOnlySpan<float> queries)
    {
        queries.CopyTo(new Span<float>(_queries + firstRow * _shape.KeySize, queries.Length));
        int group = queries.Length / _shape.KeySize;
        new Span<float>(_maxima + firstRow, group).Fill(float.NegativeInfinity);
        new Span<float>(_sums + firstRow, group).Clear();
        new Span<float>(_values + firstRow * _shape.PaddedValueSize, group * _shape.PaddedValueSize).Clear();
    }

    /// <summary>Dot products of all rows with a block's keys.</summary>
    internal void Score(float* keys, int keyCount)
    {
        int end = (keyCount + Lanes - 1) & ~(Lanes - 1);
        for (int lane = 0; lane < end; lane += KvCache.StripeLanes)
        {
            FloatTile.Multiply(
                keys + lane * _shape.KeySize, KvCache.StripeLanes, _queries, _shape.KeySize, _scores + lane, KvCache.BlockTokens,
                _shape.KeySize, _rows, Math.Min(KvCache.StripeLanes, end - lane), accumulate: false);
        }
    }

    /// <summary>
    /// Turns a row's scores into weights relative to the largest score so far, and rescales what was summed under a smaller one. Keys
    /// outside [seenBegin, seenEnd) of the block get weight zero.
    /// </summary>
    internal void Softmax(int row, int keyCount, int seenBegin, int seenEnd, float scale, float softCap)
    {
        float* scores = _scores + row * KvCache.BlockTokens;
        if (seenEnd <= 0 || seenBegin >= keyCount)
        {
            new Span<float>(scores, keyCount).Clear();
            return;
        }
        Vector256<int> begin = Vector256.Create(seenBegin);
        Vector256<int> end = Vector256.Create(Math.Min(seenEnd, keyCount));
        Vector256<float> blockMaximum = Vector256.Create(float.NegativeInfinity);
        for (int key = 0; key < keyCount; key += Lanes)
        {
            Vector256<float> score = Vector256.Load(scores + key) * scale;
            if (softCap > 0) score = VectorMath.Tanh(score / softCap) * softCap;
            Vector256<int> lane = Vector256<int>.Indices + Vector256.Create(key);
            Vector256<int> seen = Vector256.GreaterThanOrEqual(lane, begin) & Vector256.LessThan(lane, end);
            score = Vector256.ConditionalSelect(seen.AsSingle(), score, Vector256.Create(float.NegativeInfinity));
            score.Store(scores + key);
            blockMaximum = Vector256.Max(blockMaximum, score);
        }
        float maximum = MathF.Max(_maxima[row], HorizontalMaximum(blockMaximum));
        Vector256<float> sum = Vector256<float>.Zero;
        for (int key = 0; key < keyCount; key += Lanes)
        {
            Vector256<float> weight = VectorMath.Exp(Vector256.Load(scores + key) - Vector256.Create(maximum));
            weight.Store(scores + key);
            sum += weight;
        }
        if (maximum > _maxima[row]) Rescale(row, maximum);
        _sums[row] += Vector256.Sum(sum);
    }

    /// <summary>Adds the weighted values of a block to all rows.</summary>
    internal void Accumulate(float* values, int keyCount)
    {
        for (int lane = 0; lane < _shape.PaddedValueSize; lane += KvCache.StripeLanes)
        {
            int lanes = Math.Min(KvCache.StripeLanes, _shape.PaddedValueSize - lane);
            FloatTile.Multiply(
                values + lane * KvCache.BlockTokens, lanes, _scores, KvCache.BlockTokens, _values + lane, _shape.PaddedValueSize,
                keyCount, _rows, lanes, accumulate: true);
        }
    }

    /// <summary>Writes a row's result, the weighted values over the sum of weights; a sink of -infinity takes no part.</summary>
    internal void Finish(int row, float sink, Span<float> destination)
    {
        if (sink > _maxima[row]) Rescale(row, sink);
        float sum = _sums[row];
        if (sink > float.NegativeInfinity) sum += VectorMath.Exp(sink - _maxima[row]);
        float* values = _values + row * _shape.PaddedValueSize;
        for (int i = 0; i < destination.Length; i++) destination[i] = values[i] / sum;
    }

    /// <summary>Makes a larger maximum the reference of a row's sum and values.</summary>
    private void Rescale(int row, float maximum)
    {
        float factor = VectorMath.Exp(_maxima[row] - maximum);
        _maxima[row] = maximum;
        _sums[row] *= factor;
        float* values = _values + row * _shape.PaddedValueSize;
        for (int i = 0; i < _shape.PaddedValueSize; i += Lanes) (Vector256.Load(values + i) * factor).Store(values + i);
    }

    private static float HorizontalMaximum(Vector256<float> vector)
    {
        Vector128<float> half = Vector128.Max(vector.GetLower(), vector.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(half[0], half[1]);
    }
}
