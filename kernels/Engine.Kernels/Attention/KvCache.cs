namespace Engine.Kernels;

/// <summary>
/// Keys and values of many sequences, in blocks of <see cref="BlockTokens"/> tokens that sequences reach through a block table.
/// A block holds all layers of its tokens. Memory follows use: a block is allocated when a sequence first needs it.
/// </summary>
/// <remarks>
/// Both layouts are what <see cref="FloatTile"/> wants as its left side. Keys are transposed, [head][KeySize][token], so that the lanes of
/// a vector are tokens and no dot product ends in a horizontal sum; values are [head][token][ValueSize padded to 8]. Both are cut into
/// stripes of 16 lanes.
/// Reserving and releasing blocks is thread-safe. Idea of the block table: Kwon et al., "Efficient Memory Management for Large Language
/// Model Serving with PagedAttention", 2023.
/// </remarks>
public sealed class KvCache : IDisposable
{
    /// <summary>Tokens in one block; also the number of keys that attention takes in one step.</summary>
    public const int BlockTokens = 64;

    private readonly Lock _lock = new();
    private readonly KvLayerShape[] _layers;
    private readonly long[] _keyOffsets;
    private readonly long[] _valueOffsets;
    private readonly long _blockFloats;
    private readonly Stack<NativeBuffer> _free = new();
    private readonly List<NativeBuffer> _all = [];
    private bool _disposed;

    /// <summary>An empty cache; nothing is allocated yet.</summary>
    /// <param name="layers">The shape of every layer, in the model's order.</param>
    /// <param name="capacity">The most tokens that all sequences together may hold; rounded up to whole blocks.</param>
    /// <exception cref="ArgumentException">No layers, or a size that is not positive.</exception>
    public KvCache(IReadOnlyList<KvLayerShape> layers, int capacity)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _layers = [.. layers];
        if (_layers.Length == 0 || _layers.Any(shape => shape.Heads <= 0 || shape.KeySize <= 0 || shape.ValueSize <= 0))
        {
            throw new ArgumentException("Every layer needs at least one head and positive key and value sizes.", nameof(layers));
        }
        _keyOffsets = new long[_layers.Length];
        _valueOffsets = new long[_layers.Length];
        long offset = 0;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _keyOffsets[layer] = offset;
            offset += _layers[layer].KeyFloats;
            _valueOffsets[layer] = offset;
            offset += _layers[layer].ValueFloats;
        }
        _blockFloats = offset;
        BlockCapacity = (int)(((long)capacity + BlockTokens - 1) / BlockTokens);
    }

    /// <summary>The shape of each layer.</summary>
    public IReadOnlyList<KvLayerShape> Layers => _layers;

    /// <summary>The most blocks that all sequences together may hold.</summary>
    public int BlockCapacity { get; }

    /// <summary>Bytes of one block.</summary>
    public long BlockBytes => _blockFloats * sizeof(float);

    /// <summary>Bytes allocated so far.</summary>
    public long AllocatedBytes { get { lock (_lock) return _all.Count * BlockBytes; } }

    /// <summary>A new sequence without tokens.</summary>
    public KvSequence CreateSequence() => new(this);

    /// <summary>Frees all blocks. Sequences of this cache must not be used any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (NativeBuffer block in _all) block.Dispose();
            _all.Clear();
            _free.Clear();
        }
    }

    internal KvLayerShape Shape(int layer) => _layers[layer];

    /// <summary>
    /// Lanes that lie side by side: those that <see cref="FloatTile"/> takes in one pass. A pass then reads memory from one end to the
    /// other; with all lanes side by side it would read every fourth cache line, at half the speed.
    /// </summary>
    internal const int StripeLanes = 16;

    /// <summary>Keys of one layer and head in a block: stripes of 16 tokens, [stripe][KeySize][16].</summary>
    internal unsafe float* Keys(NativeBuffer block, int layer, int head) =>
        (float*)block.Pointer + _keyOffsets[layer] + (nint)head * _layers[layer].KeySize * BlockTokens;

    /// <summary>Values of one layer and head in a block: stripes of 16 elements, the last may have 8, [stripe][BlockTokens][16].</summary>
    internal unsafe float* Values(NativeBuffer block, int layer, int head) =>
        (float*)block.Pointer + _valueOffsets[layer] + (nint)head * _layers[layer].PaddedValueSize * BlockTokens;

    /// <summary>Takes a block: a used one if there is one, else a new one of zeros.</summary>
    /// <exception cref="KvCacheFullException">All blocks are taken.</exception>
    internal NativeBuffer Take()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.TryPop(out NativeBuffer? block)) return block;
            if (_all.Count == BlockCapacity) throw new KvCacheFullException(BlockCapacity * (long)BlockTokens);
            block = new NativeBuffer(BlockBytes);
            _all.Add(block);
            return block;
        }
    }

    internal void Return(NativeBuffer block)
    {
        lock (_lock)
        {
            if (!_disposed) _free.Push(block);
        }
    }
}
