using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints.Integers;

/// <summary>Blocks without offset: integers around one zero point.</summary>
internal sealed class ScaledBlockRows<TBlock>(QuantizedMatrix matrix, bool isExact) : BlockRows<TBlock>(matrix, isExact)
    where TBlock : unmanaged, IScaledBlock<TBlock>
{
    protected override TBlock Pack(Span<byte> codes, float scale, float center)
    {
        // Levels are counted from the lowest. Q8_0 counts from -127, and -128, which checkpoints have, wraps round to it.
        byte shift = (byte)(-TBlock.LowestCode - Matrix.Grid.Zero);
        foreach (ref byte code in codes) code += shift;
        return TBlock.Pack(Fp16.FromSingle(scale), codes);
    }
}
