namespace Engine.Kernels;

/// <summary>
/// Keys and values of many sequences, in blocks of <see cref="BlockTokens"/> tokens that sequences reach through a block table.
/// A block holds all layers of its tokens. Memory follows use: a block is allocated when a sequence first needs it.
/// </summary>
/// <remarks>
/// Keys are transposed, [head][KeySize][token], so that the lanes of a vector are tokens and no dot product ends in a horizontal sum; values
/// are [head][token][ValueSize padded to 8]. Both are cut into stripes of 16 lanes; <see cref="KvFormat"/> says how types of blocks lie.
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
    private readonly Stack<NativeBuffer> _free = new();
    private readonly List<NativeBuffer> _all = [];
    private bool _disposed;

    /// <summary>An empty cache; nothing is allocated yet.</summary>
    /// <param name="layers">The shape of every layer, in the model's order.</param>
    /// <param name="capacity">The most tokens that all sequences together may hold; rounded up to whole blocks.</param>
    /// <param name="options">The numbers to keep; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// No layers, a size that is not positive, a type that the cache does not keep, or one that a head's size cannot take.
    /// </exception>
    public KvCache(IReadOnlyList<KvLayerShape> layers, int capacity, KvCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _layers = [.. layers];
        if (_layers.Length == 0 || _layers.Any(shape => shape.Heads <= 0 || shape.KeySize <= 0 || shape.ValueSize <= 0))
        {
            throw new ArgumentException("Every layer needs at least one head and positive key and value sizes.", nameof(layers));
        }
        options ??= new KvCacheOptions();
        (KeyFormat, ValueFormat) = (options.KeyFormat, options.ValueFormat);
        KeyRotation = options.RotateKeys ?? KvRotation.PaysForKeys(KeyFormat.Info.Type);
        ValueRotation = options.RotateValues ?? false;
        _keyOffsets = new long[_layers.Length];
        _valueOffsets = new long[_layers.Length];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            KvLayerShape shape = _layers[layer];
            Check(KeyFormat, "keys", shape.KeySize);
            Check(ValueFormat, "values", shape.ValueSize);
            _keyOffsets[layer] = BlockBytes;
            BlockBytes = checked(BlockBytes + shape.Heads * KeyFormat.HeadBytes(shape.KeySize));
            _valueOffsets[layer] = BlockBytes;
            BlockBytes = checked(BlockBytes + shape.Heads * ValueFormat.HeadBytes(shape.PaddedValueSize));
        }
        BlockCapacity = (int)(((long)capacity + BlockTokens - 1) / BlockTokens);
    }

    /// <summary>The shape of each layer.</summary>
    public IReadOnlyList<KvLayerShape> Layers => _layers;

    /// <summary>The most blocks that all sequences together may hold.</summary>
    public int BlockCapacity { get; }

    /// <summary>Bytes of one block.</summary>
    public long BlockBytes { get; }

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

    /// <summary>How keys lie.</summary>
    internal KvFormat KeyFormat { get; }

    /// <summary>How values lie.</summary>
    internal KvFormat ValueFormat { get; }

    /// <summary>Whether keys and queries are turned where the head's size allows it.</summary>
    internal bool KeyRotation { get; }

    /// <summary>Whether values are turned where the head's size allows it.</summary>
    internal bool ValueRotation { get; }

    /// <summary>Keys of one layer and head in a block.</summary>
    internal unsafe byte* Keys(NativeBuffer block, int layer, int head) =>
        block.Pointer + _keyOffsets[layer] + head * KeyFormat.HeadBytes(_layers[layer].KeySize);

    /// <summary>Values of one layer and head in a block.</summary>
    internal unsafe byte* Values(NativeBuffer block, int layer, int head) =>
        block.Pointer + _valueOffsets[layer] + head * ValueFormat.HeadBytes(_layers[layer].PaddedValueSize);

    /// <summary>Turns keys or queries as this cache keeps them: heads of so many elements, one after the other.</summary>
    internal void TurnKeys(Span<float> heads, int size) => Turn(heads, KeyRotation ? Hadamard.SizeFor(size) : 0);

    /// <summary>Turns values as this cache keeps them, or back.</summary>
    internal void TurnValues(Span<float> heads, int size) => Turn(heads, ValueRotation ? Hadamard.SizeFor(size) : 0);

    private static void Turn(Span<float> heads, int size)
    {
        if (size > 0) Hadamard.Transform(heads, size);
    }

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

    private static void Check(KvFormat format, string what, int headSize)
    {
        if (format.Takes(headSize)) return;
        throw new ArgumentException(
            $"The KV cache cannot keep {what} as {format.Info.Name}: a head has {headSize} elements, expected a multiple of "
            + $"{format.Info.BlockElements}.");
    }
}
