using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>16 rows x 1 token in AVX-512, from the native bits of two neighbouring panels.</summary>
internal static unsafe class IntegerTokenAvx512
{
    /// <param name="blocks">Codes of the first panel.</param>
    /// <param name="next">Bytes from there to the second.</param>
    /// <param name="columns">How many, whole blocks.</param>
    /// <param name="tile">A <see cref="TokenTile"/> of one token at the same columns.</param>
    /// <param name="y">The outputs so far.</param>
    /// <returns>The outputs.</returns>
    public static Vector512<float> Multiply<TLeaf, TCodes, TSum>(byte* blocks, nint next, int columns, byte* tile, Vector512<float> y)
        where TLeaf : struct, IWideLeaf
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IWideSum
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        byte* end = blocks + columns / TCodes.BlockColumns * TCodes.BlockBytes;
        for (; blocks < end; blocks += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, tile += TokenTile.TokenBytes(codeBytes))
            {
                Vector512<int> sum = Half<TCodes, TSum>(blocks, next, step, 0, tile, default);
                Vector512<float> scales = NativePair<TCodes>.Scales(blocks, next, step, 0);
                Vector512<float> offsets = TCodes.HasOffset ? NativePair<TCodes>.Offsets(blocks, next, step, 0) : default;
                if (TCodes.GroupColumns == 16)
                {
                    y = WideGroup.End<TLeaf, TCodes, TSum, One>(0, tile, 0, sum, scales, offsets, y);
                    sum = default;
                    scales = NativePair<TCodes>.Scales(blocks, next, step, 1);
                    if (TCodes.HasOffset) offsets = NativePair<TCodes>.Offsets(blocks, next, step, 1);
                }
                sum = Half<TCodes, TSum>(blocks, next, step, 4, tile + 16 * codeBytes, sum);
                y = WideGroup.End<TLeaf, TCodes, TSum, One>(1, tile, 0, sum, scales, offsets, y);
            }
        return y;
    }

    /// <summary>Four quads from <paramref name="quad"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Half<TCodes, TSum>(byte* blocks, nint next, int step, int quad, byte* x, Vector512<int> sum)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IWideSum
    {
        Vector512<byte> w0 = NativePair<TCodes>.Codes(blocks, next, step, quad);
        Vector512<byte> w1 = NativePair<TCodes>.Codes(blocks, next, step, quad + 1);
        Vector512<byte> w2 = NativePair<TCodes>.Codes(blocks, next, step, quad + 2);
        Vector512<byte> w3 = NativePair<TCodes>.Codes(blocks, next, step, quad + 3);
        return TSum.Add(sum, w0, w1, w2, w3, x, 4);
    }
}
