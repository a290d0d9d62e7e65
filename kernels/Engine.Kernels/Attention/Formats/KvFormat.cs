using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// How one type of number is kept in a block of the cache, and how it is read as the floats that <see cref="FloatTile"/> takes: keys as
/// stripes of 16 tokens, [stripe][KeySize][16], values as stripes of 16 elements (the last may have 8), [stripe][64 tokens][16].
/// </summary>
/// <remarks>
/// What is stored of a row are the codes and scales of its encoding by <see cref="QuantTypeInfo.Encode"/>, and what is read are
/// exactly the numbers that they stand for. Only their order in memory is the cache's own.
/// </remarks>
internal abstract unsafe class KvFormat
{
    private static readonly KvFormat[] Table =
    [
        new FloatKv(),
        new ElementKv<F16, Fp16Load>(),
        new ElementKv<BF16, Bf16Load>(),
        new BlockKv<Q8_0, ByteCodes>(zeroPoint: 0),
        new BlockKv<Q5_1, FiveBitCodes>(zeroPoint: null),
        new BlockKv<Q5_0, FiveBitCodes>(zeroPoint: 16),
        new BlockKv<Q4_1, NibbleCodes>(zeroPoint: null),
        new BlockKv<Q4_0, NibbleCodes>(zeroPoint: 8),
        new BlockKv<IQ4_NL, LevelCodes>(zeroPoint: 0, IQ4_NL.EncodeOnce),
    ];

    /// <summary>Every format, the widest first.</summary>
    public static ReadOnlySpan<KvFormat> All => Table;

    /// <summary>The type's id, name and block size.</summary>
    public required QuantTypeInfo Info { get; init; }

    /// <summary>The format of a type.</summary>
    /// <exception cref="ArgumentException">The cache does not keep such numbers.</exception>
    public static KvFormat Of(QuantType type) => Array.Find(Table, format => format.Info.Type == type)
        ?? throw new ArgumentException(
            $"The KV cache does not keep {type}; it keeps {string.Join(", ", Table.Select(format => format.Info.Name))}.", nameof(type));

    /// <summary>Whether a head of so many elements is a whole number of blocks.</summary>
    public bool Takes(int headSize) => headSize % Info.BlockElements == 0;

    /// <summary>Bytes of one head in one block of the cache.</summary>
    public long HeadBytes(int headSize) => Info.RowBytes(headSize) * KvCache.BlockTokens;

    /// <summary>Keeps one token's key.</summary>
    /// <param name="key">The elements of one head.</param>
    /// <param name="keys">The head's keys in a block of the cache.</param>
    /// <param name="slot">The token's place in the block.</param>
    public abstract void StoreKey(ReadOnlySpan<float> key, byte* keys, int slot);

    /// <summary>Keeps one token's value.</summary>
    /// <param name="value">The elements of one head.</param>
    /// <param name="values">The head's values in a block of the cache.</param>
    /// <param name="slot">The token's place in the block.</param>
    public abstract void StoreValue(ReadOnlySpan<float> value, byte* values, int slot);

    /// <summary>Dot products of rows of queries with the first keys of a block.</summary>
    /// <param name="keys">The head's keys in the block.</param>
    /// <param name="size">Elements of a key.</param>
    /// <param name="tokens">How many keys: whole vectors.</param>
    /// <param name="queries">[rows][size].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="scores">[rows][64 tokens]; written.</param>
    /// <param name="tile">Room for the floats of a whole block.</param>
    /// <param name="next">What is going to be read after it, null if that is not known.</param>
    public void Score(byte* keys, int size, int tokens, float* queries, int rows, float* scores, float* tile, byte* next)
    {
        bool done = rows switch
        {
            1 => ScoreRows<One>(keys, size, tokens, queries, scores, next),
            2 => ScoreRows<Two>(keys, size, tokens, queries, scores, next),
            3 => ScoreRows<Three>(keys, size, tokens, queries, scores, next),
            KvRows.Most => ScoreRows<Four>(keys, size, tokens, queries, scores, next),
            _ => false,
        };
        if (done) return;
        float* floats = Keys(keys, size, tokens, tile);
        for (int token = 0; token < tokens; token += KvCache.StripeLanes)
        {
            FloatTile.Multiply(
                floats + token * size, KvCache.StripeLanes, queries, size, scores + token, KvCache.BlockTokens, size, rows,
                Math.Min(KvCache.StripeLanes, tokens - token), accumulate: false);
        }
    }

    /// <summary>Adds the weighted values of a block's first tokens.</summary>
    /// <param name="values">The head's values in the block.</param>
    /// <param name="size">Elements of a value, padded to whole vectors.</param>
    /// <param name="tokens">How many values.</param>
    /// <param name="weights">[rows][64 tokens].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="sums">[rows][size]; added to.</param>
    /// <param name="tile">Room for the floats of a whole block.</param>
    /// <param name="next">What is going to be read after it, null if that is not known.</param>
    public void Accumulate(byte* values, int size, int tokens, float* weights, int rows, float* sums, float* tile, byte* next)
    {
        bool done = rows switch
        {
            1 => AccumulateRows<One>(values, size, tokens, weights, sums, next),
            2 => AccumulateRows<Two>(values, size, tokens, weights, sums, next),
            3 => AccumulateRows<Three>(values, size, tokens, weights, sums, next),
            KvRows.Most => AccumulateRows<Four>(values, size, tokens, weights, sums, next),
            _ => false,
        };
        if (done) return;
        float* floats = Values(values, size, tokens, tile);
        for (int lane = 0; lane < size; lane += KvCache.StripeLanes)
        {
            int lanes = Math.Min(KvCache.StripeLanes, size - lane);
            FloatTile.Multiply(
                floats + lane * KvCache.BlockTokens, lanes, weights, KvCache.BlockTokens, sums + lane, size, tokens, rows, lanes,
                accumulate: true);
        }
    }

    /// <summary>The keys of the first tokens of a block, at least as many as asked for.</summary>
    /// <param name="keys">The head's keys in the block.</param>
    /// <param name="size">Elements of a key.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="tile">Room for the floats of a whole block, used unless they lie in the cache as they are.</param>
    public abstract float* Keys(byte* keys, int size, int tokens, float* tile);

    /// <summary>The values of the first tokens of a block, at least as many as asked for.</summary>
    /// <param name="values">The head's values in the block.</param>
    /// <param name="size">Elements of a value, padded to whole vectors.</param>
    /// <param name="tokens">How many.</param>
    /// <param name="tile">Room for the floats of a whole block, used unless they lie in the cache as they are.</param>
    public abstract float* Values(byte* values, int size, int tokens, float* tile);

    /// <summary>As <see cref="Score"/>, of a few rows, without the tile; false where there is no such kernel.</summary>
    protected abstract bool ScoreRows<TRows>(byte* keys, int size, int tokens, float* queries, float* scores, byte* next)
        where TRows : unmanaged, ICount;

    /// <summary>As <see cref="Accumulate"/>, of a few rows, without the tile; false where there is no such kernel.</summary>
    protected abstract bool AccumulateRows<TRows>(byte* values, int size, int tokens, float* weights, float* sums, byte* next)
        where TRows : unmanaged, ICount;

    /// <summary>Asks for the next stretch of memory, if it is known.</summary>
    protected static void Prefetch(ref byte* next, int bytes)
    {
        if (next is null) return;
        Lanes.Prefetch(next, bytes);
        next += bytes;
    }
}
