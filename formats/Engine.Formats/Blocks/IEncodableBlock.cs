namespace Engine.Formats.Blocks;

/// <summary>A block type with a reference encoder: every weight rounded by itself, without weights of importance.</summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IEncodableBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IEncodableBlock<TSelf>
{
    /// <summary>The block that GGML's reference quantizer makes of the values, to the bit.</summary>
    /// <param name="values">At least <see cref="IBlock{TSelf}.Elements"/> finite numbers.</param>
    /// <remarks>Values too large for the scale give an infinite one, which <see cref="IBlock{TSelf}.HasValidScales"/> finds.</remarks>
    static abstract TSelf Encode(ReadOnlySpan<float> values);

    /// <summary>Encodes every block, in order.</summary>
    /// <param name="values">At least <see cref="IBlock{TSelf}.Elements"/> times as many as there are blocks.</param>
    /// <param name="blocks">Receives the blocks.</param>
    static virtual void EncodeAll(ReadOnlySpan<float> values, Span<TSelf> blocks)
    {
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = TSelf.Encode(values.Slice(i * TSelf.Elements, TSelf.Elements));
    }
}
