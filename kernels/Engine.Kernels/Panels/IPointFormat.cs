using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// A type whose weights are points of a codebook, 8 or 4 columns each, with signs or with shifts. A panel keeps the numbers of points,
/// so that it is as small as the file; <see cref="PointKernelAvx2"/> looks them up as it multiplies.
/// </summary>
internal unsafe interface IPointFormat : IIntegerFormat
{
    /// <summary>The codebook's values without signs, a byte each, point after point.</summary>
    static abstract byte* Grid { get; }

    /// <summary>Columns of a point: 8 or 4.</summary>
    static abstract int PointColumns { get; }

    /// <summary>Whether columns have a sign (<see cref="Signs"/>); if not, eights of columns have a zero point (<see cref="Zeros"/>).</summary>
    static abstract bool HasSigns { get; }

    /// <summary>Numbers of two points of each row: word 2 * row + i is that of point 2 * <paramref name="pair"/> + i of the step.</summary>
    static abstract Vector256<ushort> Numbers(byte* block, int step, int pair);

    /// <summary>Signs of a step, as <see cref="PointSigns"/> has them.</summary>
    static abstract Vector256<byte> Signs(byte* block, int step);

    /// <summary>What stands for zero in the grid's values: word 2 * row + i of columns 16 * half + 8 * i to + 7 of the step.</summary>
    static abstract Vector256<short> Zeros(byte* block, int step, int half);

    /// <summary>The scale of the block, by which scales are multiples of <see cref="Multiples"/>.</summary>
    static abstract Vector256<float> BlockScales(byte* block);

    /// <summary>The scale of a step or a half, as a multiple of the block's.</summary>
    static abstract Vector256<float> Multiples(byte* block, int step, int half);
}
