using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints.Integers;

/// <summary>Blocks with an offset: integers with a zero point for each group, or an offset as it is.</summary>
internal sealed class OffsetBlockRows<TBlock>(QuantizedMatrix matrix, bool isExact) : BlockRows<TBlock>(matrix, isExact)
    where TBlock : unmanaged, IOffsetBlock<TBlock>
{
    protected override TBlock Pack(Span<byte> codes, float scale, float center) =>
        TBlock.Pack(Fp16.FromSingle(scale), Fp16.FromSingle(Matrix.Center == CenterKind.Offset ? center : -scale * center), codes);
}
