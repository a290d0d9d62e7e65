using Engine.Formats.Blocks;
using Engine.Quantization.Encoders;

namespace Engine.Quantization.Grids;

/// <summary>IQ1, IQ2 and IQ3.</summary>
internal sealed class GridSuperBlockEncoder<TBlock> : SuperBlockEncoder<TBlock>
    where TBlock : unmanaged, IGridBlock<TBlock>
{
    private static readonly GridShape Shape = GridShape.Of<TBlock>();

    private readonly GridSearch _search = new(Shape);

    /// <inheritdoc/>
    protected override TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        int count = values.Length / TBlock.PointSize;
        Span<byte> scales = stackalloc byte[values.Length / TBlock.GroupSize], signs = stackalloc byte[count];
        Span<ushort> points = stackalloc ushort[count];
        ushort d = _search.Search(values, weights, unit, scales, points, signs);
        return TBlock.Pack(d, scales, points, signs);
    }
}
