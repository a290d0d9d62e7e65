namespace Engine.Kernels;

/// <summary>A sequence needs more tokens than the KV cache has room for.</summary>
/// <param name="capacity">Tokens that the cache can hold.</param>
public sealed class KvCacheFullException(long capacity)
    : InvalidOperationException($"The KV cache is full: it holds {capacity} tokens.")
{
    /// <summary>Tokens that the cache can hold.</summary>
    public long Capacity { get; } = capacity;
}
