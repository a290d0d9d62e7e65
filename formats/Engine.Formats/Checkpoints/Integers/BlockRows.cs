using System.Runtime.InteropServices;
using Engine.Formats.Blocks;

namespace Engine.Formats.Checkpoints.Integers;

/// <summary>
/// The rows of a quantized matrix as blocks. The columns of a block share a scale, so groups must be whole blocks of neighbours.
/// </summary>
/// <param name="matrix">The matrix.</param>
/// <param name="isExact">Whether no scale or offset is rounded.</param>
internal abstract class BlockRows<TBlock>(QuantizedMatrix matrix, bool isExact) : IBlockRows
    where TBlock : unmanaged, IBlock<TBlock>
{
    /// <inheritdoc/>
    public QuantType Type => TBlock.Type;

    /// <inheritdoc/>
    public bool IsExact => isExact;

    /// <summary>The matrix.</summary>
    protected QuantizedMatrix Matrix => matrix;

    /// <inheritdoc/>
    public void ReadRows(int first, Span<byte> blocks)
    {
        Span<TBlock> target = MemoryMarshal.Cast<byte, TBlock>(blocks);
        int perRow = matrix.Columns / TBlock.Elements, groups = matrix.Groups.Count;
        (int rows, int rest) = Math.DivRem(target.Length, perRow);
        if (rest != 0) throw new ArgumentException($"{target.Length} blocks are no whole rows of {perRow}.", nameof(blocks));
        var codes = new byte[rows * matrix.Columns];
        var scales = new float[rows * groups];
        var centers = new float[matrix.Center == CenterKind.None ? 0 : rows * groups];
        matrix.ReadCodes(first, codes);
        matrix.ReadScales(first, scales);
        if (centers.Length > 0) matrix.ReadCenters(first, centers);
        for (int i = 0; i < target.Length; i++)
        {
            int group = i / perRow * groups + matrix.Groups.Of(i % perRow * TBlock.Elements);
            float center = centers.Length == 0 ? 0 : centers[group];
            target[i] = Pack(codes.AsSpan(i * TBlock.Elements, TBlock.Elements), scales[group] * matrix.Factor, center);
        }
    }

    /// <summary>Puts a block together.</summary>
    /// <param name="codes">The codes; may be changed.</param>
    /// <param name="scale">Their scale.</param>
    /// <param name="center">Their zero point or offset.</param>
    protected abstract TBlock Pack(Span<byte> codes, float scale, float center);
}
