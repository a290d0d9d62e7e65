using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Weights w = scale * (code - <see cref="ZeroPoint"/>) + offset, with a scale (and an offset) per row and group, in blocks of 8 rows. The
/// constants are the class that kernels are compiled for. Methods use portable vectors only, so that they serve every instruction set.
/// </summary>
/// <remarks>
/// Codes come as vectors of 32 bytes: lane = row, and in each 32-bit lane the codes of four consecutive columns, a quad. Eight quads
/// are the 32 columns of a step, which is what kernels advance by.
/// </remarks>
internal unsafe interface IIntegerCodes
{
    /// <summary>Columns of a block: 32, or a multiple for super-blocks.</summary>
    static abstract int BlockColumns { get; }

    /// <summary>Bytes of a block, 8 rows.</summary>
    static abstract int BlockBytes { get; }

    /// <summary>Columns that share a scale: 16 or 32.</summary>
    static abstract int GroupColumns { get; }

    /// <summary>
    /// How many products of two neighbouring codes with activations of +-127 a 16-bit sum holds: 8 for codes to 15, 4 to 31, 2 to 63,
    /// 1 to 127
    /// (and for <see cref="Signed"/> codes, which are not multiplied so).
    /// </summary>
    static abstract int Headroom { get; }

    /// <summary>Whether codes are signed bytes, with activations of 16 bits, instead of unsigned ones. Their zero point is 0.</summary>
    static abstract bool Signed { get; }

    /// <summary>The code that stands for zero.</summary>
    static abstract int ZeroPoint { get; }

    /// <summary>Whether groups have an offset.</summary>
    static abstract bool HasOffset { get; }

    /// <summary>Codes of columns 4 * quad to 4 * quad + 3 of a step.</summary>
    /// <param name="block">The panel block.</param>
    /// <param name="step">Which 32 columns of the block. Widen it before it is multiplied, so that the compiler can widen the loop's counter.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    static abstract Vector256<byte> Codes(byte* block, int step, int quad);

    /// <summary>Scales of the step (<paramref name="half"/> 0), or of its 16-column halves.</summary>
    static abstract Vector256<float> Scales(byte* block, int step, int half);

    /// <summary>Offsets of the step, or of a half, as scales are; not called without <see cref="HasOffset"/>.</summary>
    static abstract Vector256<float> Offsets(byte* block, int step, int half);
}
