using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Products of a few query rows with keys or values as they are read from the cache, without a tile of floats in between: each run of 16
/// lanes is widened in registers and used for all rows. The same chains as in <see cref="FloatTile"/>, so the same bits.
/// </summary>
internal static unsafe class KvRows
{
    /// <summary>The most rows; from more on a tile of floats costs less.</summary>
    public const int Most = 4;

    /// <summary>c[row][lane] = sum over k of w[k][lane] x[row][k], or that added to what c holds, for 16 lanes of plain numbers.</summary>
    public static void Multiply<TLoad, TRows>(
        byte* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, bool accumulate)
        where TLoad : struct, IElementLoad
        where TRows : unmanaged, ICount
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        if (accumulate)
        {
            Load<TRows, One>(c, ref a0, ref b0);
            Load<TRows, Two>(c + cStride, ref a1, ref b1);
            Load<TRows, Three>(c + 2 * cStride, ref a2, ref b2);
            Load<TRows, Four>(c + 3 * cStride, ref a3, ref b3);
        }
        float* x2 = x + 2 * xStride;
        for (; k > 0; k--, w += wStride, x++, x2++)
        {
            Vector256<float> wa = TLoad.Load(w), wb = TLoad.Load(w + wStride / 2);
            Step<TRows, One>(wa, wb, x, ref a0, ref b0);
            Step<TRows, Two>(wa, wb, x + xStride, ref a1, ref b1);
            Step<TRows, Three>(wa, wb, x2, ref a2, ref b2);
            Step<TRows, Four>(wa, wb, x2 + xStride, ref a3, ref b3);
        }
        Store<TRows, One>(c, a0, b0);
        Store<TRows, Two>(c + cStride, a1, b1);
        Store<TRows, Three>(c + 2 * cStride, a2, b2);
        Store<TRows, Four>(c + 3 * cStride, a3, b3);
    }

    /// <summary>Scores of 16 keys for 32 elements, added to what is there.</summary>
    /// <param name="codes">The codes of the first row.</param>
    /// <param name="bits">Its fifth bits.</param>
    /// <param name="scales">The 16 keys' scales.</param>
    /// <param name="offsets">Their offsets.</param>
    /// <param name="x">The queries, the first of the 32 elements.</param>
    /// <param name="xStride">Floats from one row of queries to the next.</param>
    /// <param name="c">The scores.</param>
    /// <param name="cStride">Floats from one row of scores to the next.</param>
    public static void Score<TCodes, TRows>(
        byte* codes, byte* bits, float* scales, float* offsets, float* x, nint xStride, float* c, nint cStride)
        where TCodes : struct, IKvCodes
        where TRows : unmanaged, ICount
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Load<TRows, One>(c, ref a0, ref b0);
        Load<TRows, Two>(c + cStride, ref a1, ref b1);
        Load<TRows, Three>(c + 2 * cStride, ref a2, ref b2);
        Load<TRows, Four>(c + 3 * cStride, ref a3, ref b3);
        Vector256<float> d0 = Vector256.Load(scales), d1 = Vector256.Load(scales + 8);
        Vector256<float> o0 = Vector256.Load(offsets), o1 = Vector256.Load(offsets + 8);
        float* x2 = x + 2 * xStride;
        for (float* end = x + 16; x < end; x++, x2++, codes += TCodes.RowBytes, bits += sizeof(uint))
        {
            Vector256<float> wa = Value(TCodes.Load(codes, bits, 0), d0, o0), wb = Value(TCodes.Load(codes, bits, 1), d1, o1);
            Step<TRows, One>(wa, wb, x, ref a0, ref b0);
            Step<TRows, Two>(wa, wb, x + xStride, ref a1, ref b1);
            Step<TRows, Three>(wa, wb, x2, ref a2, ref b2);
            Step<TRows, Four>(wa, wb, x2 + xStride, ref a3, ref b3);
        }
        codes -= 16 * TCodes.RowBytes;
        bits -= 16 * sizeof(uint);
        for (float* end = x + 16; x < end; x++, x2++, codes += TCodes.RowBytes, bits += sizeof(uint))
        {
            Vector256<float> wa = Value(TCodes.Load(codes, bits, 2), d0, o0), wb = Value(TCodes.Load(codes, bits, 3), d1, o1);
            Step<TRows, One>(wa, wb, x, ref a0, ref b0);
            Step<TRows, Two>(wa, wb, x + xStride, ref a1, ref b1);
            Step<TRows, Three>(wa, wb, x2, ref a2, ref b2);
            Step<TRows, Four>(wa, wb, x2 + xStride, ref a3, ref b3);
        }
        Store<TRows, One>(c, a0, b0);
        Store<TRows, Two>(c + cStride, a1, b1);
        Store<TRows, Three>(c + 2 * cStride, a2, b2);
        Store<TRows, Four>(c + 3 * cStride, a3, b3);
    }

    /// <summary>16 elements of weighted values, added to what is there.</summary>
    /// <typeparam name="TCodes">The codes.</typeparam>
    /// <typeparam name="TRows">Rows.</typeparam>
    /// <typeparam name="THalf">One for the first 16 elements of the blocks, two for the last.</typeparam>
    /// <param name="codes">The codes of the first token.</param>
    /// <param name="bits">Its fifth bits.</param>
    /// <param name="scales">The scales of all tokens.</param>
    /// <param name="offsets">Their offsets.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="x">The weights.</param>
    /// <param name="xStride">Floats from one row of weights to the next.</param>
    /// <param name="c">The sums.</param>
    /// <param name="cStride">Floats from one row of sums to the next.</param>
    public static void Accumulate<TCodes, TRows, THalf>(
        byte* codes, byte* bits, float* scales, float* offsets, int tokens, float* x, nint xStride, float* c, nint cStride)
        where TCodes : struct, IKvCodes
        where TRows : unmanaged, ICount
        where THalf : unmanaged, ICount
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
        Load<TRows, One>(c, ref a0, ref b0);
        Load<TRows, Two>(c + cStride, ref a1, ref b1);
        Load<TRows, Three>(c + 2 * cStride, ref a2, ref b2);
        Load<TRows, Four>(c + 3 * cStride, ref a3, ref b3);
        float* x2 = x + 2 * xStride;
        for (float* end = x + tokens; x < end; x++, x2++, scales++, offsets++, codes += TCodes.RowBytes, bits += sizeof(uint))
        {
            Vector256<float> d = Vector256.Create(*scales), o = Vector256.Create(*offsets);
            Vector256<float> wa = Value(TCodes.Load(codes, bits, 2 * sizeof(THalf) - 2), d, o);
            Vector256<float> wb = Value(TCodes.Load(codes, bits, 2 * sizeof(THalf) - 1), d, o);
            Step<TRows, One>(wa, wb, x, ref a0, ref b0);
            Step<TRows, Two>(wa, wb, x + xStride, ref a1, ref b1);
            Step<TRows, Three>(wa, wb, x2, ref a2, ref b2);
            Step<TRows, Four>(wa, wb, x2 + xStride, ref a3, ref b3);
        }
        Store<TRows, One>(c, a0, b0);
        Store<TRows, Two>(c + cStride, a1, b1);
        Store<TRows, Three>(c + 2 * cStride, a2, b2);
        Store<TRows, Four>(c + 3 * cStride, a3, b3);
    }

    /// <summary>What a code stands for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Value(Vector256<int> codes, Vector256<float> d, Vector256<float> o) =>
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(codes), d, o);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRows, TNeeded>(
        Vector256<float> wa, Vector256<float> wb, float* x, ref Vector256<float> a, ref Vector256<float> b)
        where TRows : unmanaged, ICount
        where TNeeded : unmanaged, ICount
    {
        if (sizeof(TRows) < sizeof(TNeeded)) return;
        Vector256<float> input = Vector256.Create(*x);
        a = Vector256.FusedMultiplyAdd(wa, input, a);
        b = Vector256.FusedMultiplyAdd(wb, input, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TRows, TNeeded>(float* c, ref Vector256<float> a, ref Vector256<float> b)
        where TRows : unmanaged, ICount
        where TNeeded : unmanaged, ICount
    {
        if (sizeof(TRows) < sizeof(TNeeded)) return;
        a = Vector256.Load(c);
        b = Vector256.Load(c + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRows, TNeeded>(float* c, Vector256<float> a, Vector256<float> b)
        where TRows : unmanaged, ICount
        where TNeeded : unmanaged, ICount
    {
        if (sizeof(TRows) < sizeof(TNeeded)) return;
        a.Store(c);
        b.Store(c + 8);
    }
}
