namespace Engine.Formats.Blocks;

/// <summary>
/// A quant block: a struct whose bytes are the block as the file holds it, and what those bytes mean. Layouts are little-endian, as
/// GGML defines them (ggml-common.h); every block's size is checked against the table in <see cref="QuantTypes"/>.
/// </summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IBlock<TSelf>
    where TSelf : unmanaged, IBlock<TSelf>
{
    /// <summary>The type's id.</summary>
    static abstract QuantType Type { get; }

    /// <summary>Weights per block.</summary>
    static abstract int Elements { get; }

    /// <summary>The reference meaning of one block, with the roundings of GGML's scalar decoder: the same bits.</summary>
    /// <param name="block">The block.</param>
    /// <param name="values">At least <see cref="Elements"/> long; receives the weights in order.</param>
    static abstract void Decode(ref readonly TSelf block, Span<float> values);

    /// <summary>Whether the block's scales (for a float type, its value) are neither infinite nor NaN.</summary>
    static abstract bool HasValidScales(ref readonly TSelf block);

    /// <summary>Decodes every block, in order.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="values">At least <see cref="Elements"/> times as long as <paramref name="blocks"/>.</param>
    static virtual void DecodeAll(ReadOnlySpan<TSelf> blocks, Span<float> values)
    {
        for (int i = 0; i < blocks.Length; i++)
            TSelf.Decode(in blocks[i], values.Slice(i * TSelf.Elements, TSelf.Elements));
    }

    /// <summary>Index of the first block without valid scales, or -1.</summary>
    static virtual int FirstInvalid(ReadOnlySpan<TSelf> blocks)
    {
        for (int i = 0; i < blocks.Length; i++)
        {
            if (!TSelf.HasValidScales(in blocks[i])) return i;
        }
        return -1;
    }
}
