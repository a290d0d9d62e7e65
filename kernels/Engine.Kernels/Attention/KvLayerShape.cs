namespace Engine.Kernels;

/// <summary>What one layer keeps of a token: one key and one value vector per KV head.</summary>
/// <param name="Heads">KV heads (1 for multi-query attention, the number of query heads for multi-head attention).</param>
/// <param name="KeySize">Length of a key vector, and of a query vector.</param>
/// <param name="ValueSize">Length of a value vector; multi-head latent attention has values shorter than keys.</param>
public readonly record struct KvLayerShape(int Heads, int KeySize, int ValueSize)
{
    /// <summary>Length of a stored value row: whole vectors of 8 lanes.</summary>
    internal int PaddedValueSize => Padded(ValueSize);

    /// <summary>A number of elements rounded up to whole vectors.</summary>
    internal static int Padded(int size) => (size + 7) & ~7;
}
