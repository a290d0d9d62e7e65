using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The rows of one work item, query heads of tokens, as they go through the blocks of keys: their queries, the scores of the current block,
/// and room for its keys or values as floats. All of it lies in one worker's scratch buffer.
/// </summary>
internal readonly unsafe struct AttentionRows
{
    private const int Lanes = 8;

    private readonly KvLayerShape _shape;
    private readonly int _rows;
    private readonly float* _tile;      // [BlockTokens][the larger of KeySize and PaddedValueSize]
    private readonly float* _scores;    // [rows][BlockTokens]; after Softmax the weights
    private readonly float* _queries;   // [rows][KeySize]
    private readonly float* _sums;

    public AttentionRows(float* scratch, KvLayerShape shape, int rows)
    {
        _shape = shape;
        _rows = rows;
        _tile = scratch;
        _scores = _tile + TileFloats(shape);
        _sums = _scores + rows * KvCache.BlockTokens;
        _queries = _sums + 2 * AttentionSums.FloatCount(rows, shape.PaddedValueSize);
    }

    /// <summary>The sums over a segment.</summary>
    public AttentionSums Segment => At(_sums);

    /// <summary>The sums over all keys.</summary>
    public AttentionSums Total => At(_sums + AttentionSums.FloatCount(_rows, _shape.PaddedValueSize));

    /// <summary>Floats that so many rows need.</summary>
    public static int FloatCount(KvLayerShape shape, int rows) => checked(
        TileFloats(shape) + rows * (KvCache.BlockTokens + shape.KeySize) + 2 * AttentionSums.FloatCount(rows, shape.PaddedValueSize));

    /// <summary>Sums of these rows that lie somewhere else.</summary>
    public AttentionSums At(float* sums) => new(sums, _rows, _shape.PaddedValueSize);

    /// <summary>The queries of some rows.</summary>
    public Span<float> Queries(int firstRow, int rows) => new(_queries + firstRow * _shape.KeySize, rows * _shape.KeySize);

    /// <summary>Dot products of all rows with a block's keys.</summary>
    /// <param name="format">How keys lie.</param>
    /// <param name="block">The keys.</param>
    /// <param name="keyCount">How many.</param>
    /// <param name="next">What is going to be read after them, null if that is not known.</param>
    public void Score(KvFormat format, byte* block, int keyCount, byte* next)
    {
        int end = (keyCount + Lanes - 1) & ~(Lanes - 1);
        format.Score(block, _shape.KeySize, end, _queries, _rows, _scores, _tile, next);
    }

    /// <summary>
    /// Turns a row's scores into weights relative to the largest score so far, and rescales what was summed under a smaller one. Keys
    /// outside [seenBegin, seenEnd) of the block get weight zero.
    /// </summary>
    public void Softmax(AttentionSums sums, int row, int keyCount, int seenBegin, int seenEnd, float scale, float softCap)
    {
        float* scores = _scores + row * KvCache.BlockTokens;
        if (seenEnd <= 0 || seenBegin >= keyCount)
        {
            new Span<float>(scores, keyCount).Clear();
            return;
        }
        bool all = seenBegin <= 0 && seenEnd >= keyCount && keyCount % Lanes == 0;
        Vector256<int> begin = Vector256.Create(seenBegin);
        Vector256<int> end = Vector256.Create(Math.Min(seenEnd, keyCount));
        Vector256<float> blockMaximum = Vector256.Create(float.NegativeInfinity);
        for (int key = 0; key < keyCount; key += Lanes)
        {
            Vector256<float> score = Vector256.Load(scores + key) * scale;
            if (softCap > 0) score = VectorMath.Tanh(score / softCap) * softCap;
            if (!all)
            {
                Vector256<int> lane = Vector256<int>.Indices + Vector256.Create(key);
                Vector256<int> seen = Vector256.GreaterThanOrEqual(lane, begin) & Vector256.LessThan(lane, end);
                score = Vector256.ConditionalSelect(seen.AsSingle(), score, Vector256.Create(float.NegativeInfinity));
            }
            score.Store(scores + key);
            // A NaN may be lost here, but not in the sum of the weights.
            blockMaximum = Vector256.MaxNative(score, blockMaximum);
        }
        float maximum = MathF.Max(sums.Maximum(row), HorizontalMaximum(blockMaximum));
        Vector256<float> sum = Vector256<float>.Zero;
        for (int key = 0; key < keyCount; key += Lanes)
        {
            Vector256<float> weight = VectorMath.Exp(Vector256.Load(scores + key) - Vector256.Create(maximum));
            weight.Store(scores + key);
            sum += weight;
        }
        if (maximum > sums.Maximum(row)) sums.Raise(row, maximum);
        sums.AddWeights(row, Vector256.Sum(sum));
    }

    /// <summary>Adds the weighted values of a block to all rows.</summary>
    /// <param name="sums">Where to.</param>
    /// <param name="format">How values lie.</param>
    /// <param name="block">The values.</param>
    /// <param name="keyCount">How many.</param>
    /// <param name="next">What is going to be read after them, null if that is not known.</param>
    public void Accumulate(AttentionSums sums, KvFormat format, byte* block, int keyCount, byte* next) =>
        format.Accumulate(block, _shape.PaddedValueSize, keyCount, _scores, _rows, sums.Values, _tile, next);

    private static int TileFloats(KvLayerShape shape) =>
        checked(KvCache.BlockTokens * Math.Max((shape.KeySize + 15) & ~15, (shape.PaddedValueSize + 15) & ~15));

    private static float HorizontalMaximum(Vector256<float> vector)
    {
        Vector128<float> half = Vector128.Max(vector.GetLower(), vector.GetUpper());
        half = Vector128.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(half[0], half[1]);
    }
}
