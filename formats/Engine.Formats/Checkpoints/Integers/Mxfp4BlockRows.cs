using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints.Integers;

/// <summary>MXFP4 blocks: the nibbles only change places.</summary>
internal sealed class Mxfp4BlockRows(QuantizedMatrix matrix) : BlockRows<MXFP4>(matrix, isExact: true)
{
    protected override MXFP4 Pack(Span<byte> codes, float scale, float center)
    {
        MXFP4 block = new() { E = E8M0.FromSingle(scale) };
        for (int j = 0; j < 16; j++) block.Qs[j] = (byte)(codes[j] | codes[j + 16] << 4);
        return block;
    }
}
