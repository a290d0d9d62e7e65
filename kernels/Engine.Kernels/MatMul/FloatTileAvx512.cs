using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// <see cref="FloatTile"/> in vectors of 64 bytes: 32 lanes x 6 tokens, 12 chains. Portable operations only, so that .NET itself emulates
/// them where AVX-512 is missing.
/// </summary>
internal static unsafe class FloatTileAvx512
{
    private const int Tokens = 6;

    public static void Multiply(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes, bool accumulate)
    {
        for (; tokens > 0; tokens -= Tokens, x += Tokens * xStride, c += Tokens * cStride)
        {
            switch (tokens)
            {
                case 1: Rows<One>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
                case 2: Rows<Two>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
                case 3: Rows<Three>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
                case 4: Rows<Four>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
                case 5: Rows<Five>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
                default: Rows<Six>(w, wStride, x, xStride, c, cStride, k, lanes, accumulate); break;
            }
        }
    }

    private static void Rows<TTokens>(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int lanes, bool accumulate)
        where TTokens : unmanaged, ICount
    {
        nint lane = 0;
        for (; lane + 32 <= lanes; lane += 32)
            Tile<TTokens, ThirtyTwo>(w + lane, wStride, x, xStride, c + lane, cStride, k, accumulate);
        if (lane + 16 <= lanes)
        {
            Tile<TTokens, Sixteen>(w + lane, wStride, x, xStride, c + lane, cStride, k, accumulate);
            lane += 16;
        }
        if (lane < lanes) Tile<TTokens, Eight>(w + lane, wStride, x, xStride, c + lane, cStride, k, accumulate);
    }

    /// <summary>What is beyond the counts is dead code that the compiler drops.</summary>
    private static void Tile<TTokens, TLanes>(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, bool accumulate)
        where TTokens : unmanaged, ICount
        where TLanes : unmanaged, ICount
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        if (accumulate)
        {
            a0 = Load<TLanes>(c);
            b0 = Upper<TLanes>(c);
            if (sizeof(TTokens) > 1) a1 = Load<TLanes>(c + cStride);
            if (sizeof(TTokens) > 1) b1 = Upper<TLanes>(c + cStride);
            if (sizeof(TTokens) > 2) a2 = Load<TLanes>(c + 2 * cStride);
            if (sizeof(TTokens) > 2) b2 = Upper<TLanes>(c + 2 * cStride);
            if (sizeof(TTokens) > 3) a3 = Load<TLanes>(c + 3 * cStride);
            if (sizeof(TTokens) > 3) b3 = Upper<TLanes>(c + 3 * cStride);
            if (sizeof(TTokens) > 4) a4 = Load<TLanes>(c + 4 * cStride);
            if (sizeof(TTokens) > 4) b4 = Upper<TLanes>(c + 4 * cStride);
            if (sizeof(TTokens) > 5) a5 = Load<TLanes>(c + 5 * cStride);
            if (sizeof(TTokens) > 5) b5 = Upper<TLanes>(c + 5 * cStride);
        }

        // Inputs of tokens 0 to 2 and 3 to 5 are addressed from two pointers, which keeps the strides in few registers.
        float* x3 = x + 3 * xStride;
        for (; k > 0; k--, w += wStride, x++, x3++)
        {
            Vector512<float> wa = Load<TLanes>(w), wb = Upper<TLanes>(w);
            a0 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(*x), a0);
            b0 = Upper<TLanes>(wb, x, b0);
            if (sizeof(TTokens) > 1) a1 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(x[xStride]), a1);
            if (sizeof(TTokens) > 1) b1 = Upper<TLanes>(wb, x + xStride, b1);
            if (sizeof(TTokens) > 2) a2 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(x[2 * xStride]), a2);
            if (sizeof(TTokens) > 2) b2 = Upper<TLanes>(wb, x + 2 * xStride, b2);
            if (sizeof(TTokens) > 3) a3 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(*x3), a3);
            if (sizeof(TTokens) > 3) b3 = Upper<TLanes>(wb, x3, b3);
            if (sizeof(TTokens) > 4) a4 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(x3[xStride]), a4);
            if (sizeof(TTokens) > 4) b4 = Upper<TLanes>(wb, x3 + xStride, b4);
            if (sizeof(TTokens) > 5) a5 = Vector512.FusedMultiplyAdd(wa, Vector512.Create(x3[2 * xStride]), a5);
            if (sizeof(TTokens) > 5) b5 = Upper<TLanes>(wb, x3 + 2 * xStride, b5);
        }

        Store<TLanes>(c, a0, b0);
        if (sizeof(TTokens) > 1) Store<TLanes>(c + cStride, a1, b1);
        if (sizeof(TTokens) > 2) Store<TLanes>(c + 2 * cStride, a2, b2);
        if (sizeof(TTokens) > 3) Store<TLanes>(c + 3 * cStride, a3, b3);
        if (sizeof(TTokens) > 4) Store<TLanes>(c + 4 * cStride, a4, b4);
        if (sizeof(TTokens) > 5) Store<TLanes>(c + 5 * cStride, a5, b5);
    }

    /// <summary>The first 16 lanes, or the only 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load<TLanes>(float* p)
        where TLanes : unmanaged, ICount => sizeof(TLanes) >= 16 ? Vector512.Load(p) : Vector256.Load(p).ToVector512Unsafe();

    /// <summary>Lanes 16 to 31, if there are any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Upper<TLanes>(float* p)
        where TLanes : unmanaged, ICount => sizeof(TLanes) == 32 ? Vector512.Load(p + 16) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Upper<TLanes>(Vector512<float> w, float* x, Vector512<float> sum)
        where TLanes : unmanaged, ICount => sizeof(TLanes) == 32 ? Vector512.FusedMultiplyAdd(w, Vector512.Create(*x), sum) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes>(float* c, Vector512<float> a, Vector512<float> b)
        where TLanes : unmanaged, ICount
    {
        if (sizeof(TLanes) == 8) a.GetLower().Store(c);
        else a.Store(c);
        if (sizeof(TLanes) == 32) b.Store(c + 16);
    }
}
