using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Two panels where they lie in the matrix, as 16 rows: lanes 0 to 7 of a vector are the first's. Otherwise as <see cref="IIntegerCodes"/>.
/// </summary>
internal static unsafe class NativePair<TCodes>
    where TCodes : struct, IIntegerCodes
{
    /// <summary>Codes of a quad.</summary>
    /// <param name="block">The block of the first panel.</param>
    /// <param name="next">Bytes from there to the block of the second.</param>
    /// <param name="step">Which 32 columns of the block.</param>
    /// <param name="quad">0 to 7; a constant once inlined.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Codes(byte* block, nint next, int step, int quad) =>
        Join(TCodes.Codes(block, step, quad), TCodes.Codes(block + next, step, quad));

    /// <summary>Scales of the step (<paramref name="half"/> 0), or of its 16-column halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scales(byte* block, nint next, int step, int half) =>
        Join(TCodes.Scales(block, step, half), TCodes.Scales(block + next, step, half));

    /// <summary>Offsets, as scales are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Offsets(byte* block, nint next, int step, int half) =>
        Join(TCodes.Offsets(block, step, half), TCodes.Offsets(block + next, step, half));

    /// <summary>One instruction; Vector512.Create would be two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Join<T>(Vector256<T> lower, Vector256<T> upper) => lower.ToVector512Unsafe().WithUpper(upper);
}
