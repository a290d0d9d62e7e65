using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary><see cref="FloatTile"/> in AVX2: 16 lanes x 6 tokens, 12 chains, which hides the latency of two FMA units.</summary>
internal static unsafe class FloatTileAvx2
{
    public static void Multiply(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes, bool accumulate)
    {
        nint token = 0;
        for (; token + 6 <= tokens; token += 6)
            Rows<Six>(w, wStride, x + token * xStride, xStride, c + token * cStride, cStride, k, lanes, accumulate);
        x += token * xStride;
        c += token * cStride;
        switch (tokens - (int)token)
        {
            case 1: Single(w, wStride, x, c, k, lanes, accumulate); break;
            case 2: Rows<Two>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
            case 3: Rows<Three>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
            case 4: Rows<Four>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
            case 5: Rows<Five>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
        }
    }

    private static void Rows<TTokens>(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int lanes, bool accumulate)
        where TTokens : unmanaged, ICount
    {
        nint lane = 0;
        for (; lane + 16 <= lanes; lane += 16) Tile<TTokens, Two>(w + lane, wStride, x, xStride, c + lane, cStride, k, accumulate);
        if (lane < lanes) Tile<TTokens, One>(w + lane, wStride, x, xStride, c + lane, cStride, k, accumulate);
    }

    /// <summary>One token alone: 32 lanes at a time keep four chains going.</summary>
    private static void Single(float* w, nint wStride, float* x, float* c, int k, int lanes, bool accumulate)
    {
        nint lane = 0;
        for (; lane + 32 <= lanes; lane += 32)
        {
            float* weights = w + lane;
            float* output = c + lane;
            Vector256<float> c0 = Load(output, accumulate), c1 = Load(output + 8, accumulate);
            Vector256<float> c2 = Load(output + 16, accumulate), c3 = Load(output + 24, accumulate);
            for (nint i = 0; i < k; i++)
            {
                Vector256<float> input = Vector256.Create(x[i]);
                c0 = Fma.MultiplyAdd(Avx.LoadVector256(weights), input, c0);
                c1 = Fma.MultiplyAdd(Avx.LoadVector256(weights + 8), input, c1);
                c2 = Fma.MultiplyAdd(Avx.LoadVector256(weights + 16), input, c2);
                c3 = Fma.MultiplyAdd(Avx.LoadVector256(weights + 24), input, c3);
                weights += wStride;
            }
            Avx.Store(output, c0);
            Avx.Store(output + 8, c1);
            Avx.Store(output + 16, c2);
            Avx.Store(output + 24, c3);
        }
        Rows<One>(w + lane, wStride, x, 0, c + lane, 0, k, lanes - (int)lane, accumulate);
    }

    /// <summary>TTokens tokens x TVectors vectors of 8 lanes; what is beyond them is dead code that the compiler drops.</summary>
    private static void Tile<TTokens, TVectors>(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, bool accumulate)
        where TTokens : unmanaged, ICount
        where TVectors : unmanaged, ICount
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        if (accumulate)
        {
            a0 = Load<TTokens, One>(c, 0);
            a1 = Load<TTokens, Two>(c, cStride);
            a2 = Load<TTokens, Three>(c, 2 * cStride);
            a3 = Load<TTokens, Four>(c, 3 * cStride);
            a4 = Load<TTokens, Five>(c, 4 * cStride);
            a5 = Load<TTokens, Six>(c, 5 * cStride);
            if (sizeof(TVectors) > 1)
            {
                b0 = Load<TTokens, One>(c + 8, 0);
                b1 = Load<TTokens, Two>(c + 8, cStride);
                b2 = Load<TTokens, Three>(c + 8, 2 * cStride);
                b3 = Load<TTokens, Four>(c + 8, 3 * cStride);
                b4 = Load<TTokens, Five>(c + 8, 4 * cStride);
                b5 = Load<TTokens, Six>(c + 8, 5 * cStride);
            }
        }

        // Inputs of tokens 0 to 2 and 3 to 5 are addressed from two pointers, which keeps the strides in few registers.
        float* x3 = x + 3 * xStride;
        for (nint i = 0; i < k; i++)
        {
            Vector256<float> wa = Avx.LoadVector256(w);
            Vector256<float> wb = sizeof(TVectors) > 1 ? Avx.LoadVector256(w + 8) : default;
            w += wStride;
            Step<TTokens, TVectors, One>(wa, wb, x, ref a0, ref b0);
            Step<TTokens, TVectors, Two>(wa, wb, x + xStride, ref a1, ref b1);
            Step<TTokens, TVectors, Three>(wa, wb, x + 2 * xStride, ref a2, ref b2);
            Step<TTokens, TVectors, Four>(wa, wb, x3, ref a3, ref b3);
            Step<TTokens, TVectors, Five>(wa, wb, x3 + xStride, ref a4, ref b4);
            Step<TTokens, TVectors, Six>(wa, wb, x3 + 2 * xStride, ref a5, ref b5);
            x++;
            x3++;
        }

        Store<TTokens, TVectors, One>(c, a0, b0);
        Store<TTokens, TVectors, Two>(c + cStride, a1, b1);
        Store<TTokens, TVectors, Three>(c + 2 * cStride, a2, b2);
        Store<TTokens, TVectors, Four>(c + 3 * cStride, a3, b3);
        Store<TTokens, TVectors, Five>(c + 4 * cStride, a4, b4);
        Store<TTokens, TVectors, Six>(c + 5 * cStride, a5, b5);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(float* c, bool accumulate) => accumulate ? Avx.LoadVector256(c) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load<TTokens, TNeeded>(float* c, nint offset)
        where TTokens : unmanaged, ICount
        where TNeeded : unmanaged, ICount =>
        sizeof(TTokens) >= sizeof(TNeeded) ? Avx.LoadVector256(c + offset) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TTokens, TVectors, TNeeded>(
        Vector256<float> wa, Vector256<float> wb, float* x, ref Vector256<float> a, ref Vector256<float> b)
        where TTokens : unmanaged, ICount
        where TVectors : unmanaged, ICount
        where TNeeded : unmanaged, ICount
    {
        if (sizeof(TTokens) < sizeof(TNeeded)) return;
        Vector256<float> input = Vector256.Create(*x);
        a = Fma.MultiplyAdd(wa, input, a);
        if (sizeof(TVectors) > 1) b = Fma.MultiplyAdd(wb, input, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TTokens, TVectors, TNeeded>(float* c, Vector256<float> a, Vector256<float> b)
        where TTokens : unmanaged, ICount
        where TVectors : unmanaged, ICount
        where TNeeded : unmanaged, ICount
    {
        if (sizeof(TTokens) < sizeof(TNeeded)) return;
        Avx.Store(c, a);
        if (sizeof(TVectors) > 1) Avx.Store(c + 8, b);
    }
}
