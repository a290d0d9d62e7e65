namespace Engine.Kernels;

/// <summary>One sequence's place in a <see cref="KvCache"/>: its block table. Position p lies in block p / BlockTokens.</summary>
/// <remarks>Not thread-safe: one forward pass at a time may use a sequence; different sequences of one cache may run at once.</remarks>
public sealed class KvSequence : IDisposable
{
    private readonly List<NativeBuffer> _blocks = [];

    internal KvSequence(KvCache cache) => Cache = cache;

    /// <summary>The cache in which the sequence lies.</summary>
    public KvCache Cache { get; }

    /// <summary>
    /// Whether the keys in it are turned with a long-rope model's factors for long texts. All of a sequence's keys have to be turned alike.
    /// </summary>
    public bool UsesLongRope { get; set; }

    /// <summary>Tokens for which there is room in the blocks taken so far.</summary>
    public int Reserved => _blocks.Count * KvCache.BlockTokens;

    /// <summary>Makes room for positions 0 to <paramref name="length"/> - 1.</summary>
    /// <exception cref="KvCacheFullException">The cache has no block left; the blocks taken before stay with the sequence.</exception>
    public void Reserve(int length)
    {
        while (Reserved < length) _blocks.Add(Cache.Take());
    }

    /// <summary>Gives back the blocks that positions 0 to <paramref name="length"/> - 1 do not need.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int keep = (int)(((long)length + KvCache.BlockTokens - 1) / KvCache.BlockTokens);
        for (int block = _blocks.Count - 1; block >= keep; block--)
        {
            Cache.Return(_blocks[block]);
            _blocks.RemoveAt(block);
        }
    }

    /// <summary>Gives all blocks back.</summary>
    public void Dispose() => Truncate(0);

    internal NativeBuffer Block(int index) => _blocks[index];
}
