using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary><see cref="FloatTile"/> in portable vectors of 16 bytes: 8 lanes x 4 tokens, so that 8 chains hide each other's latency.</summary>
internal static unsafe class FloatTileVector128
{
    private const int Lanes = 8, Tokens = 4;

    public static void Multiply(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes, bool accumulate)
    {
        // Tokens that are missing from the last four are the last one again.
        for (nint first = 0; first < tokens; first += Tokens)
            for (nint lane = 0; lane < lanes; lane += Lanes)
                Tile(w + lane, wStride, x + first * xStride, xStride, c + first * cStride + lane, cStride, k, tokens - (int)first, accumulate);
    }

    private static void Tile(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, bool accumulate)
    {
        int last = Math.Min(tokens, Tokens) - 1;
        nint second = Math.Min(1, last), third = Math.Min(2, last), fourth = last;
        float* x1 = x + second * xStride, x2 = x + third * xStride, x3 = x + fourth * xStride;
        float* c1 = c + second * cStride, c2 = c + third * cStride, c3 = c + fourth * cStride;
        Vector128<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        if (accumulate)
        {
            (a0, b0) = (Vector128.Load(c), Vector128.Load(c + 4));
            (a1, b1) = (Vector128.Load(c1), Vector128.Load(c1 + 4));
            (a2, b2) = (Vector128.Load(c2), Vector128.Load(c2 + 4));
            (a3, b3) = (Vector128.Load(c3), Vector128.Load(c3 + 4));
        }
        for (nint i = 0; i < k; i++, w += wStride)
        {
            Vector128<float> wa = Vector128.Load(w), wb = Vector128.Load(w + 4);
            Step(wa, wb, x[i], ref a0, ref b0);
            Step(wa, wb, x1[i], ref a1, ref b1);
            Step(wa, wb, x2[i], ref a2, ref b2);
            Step(wa, wb, x3[i], ref a3, ref b3);
        }
        Store(c3, a3, b3);
        Store(c2, a2, b2);
        Store(c1, a1, b1);
        Store(c, a0, b0);
    }

    private static void Step(Vector128<float> wa, Vector128<float> wb, float x, ref Vector128<float> a, ref Vector128<float> b)
    {
        a = Vector128.FusedMultiplyAdd(wa, Vector128.Create(x), a);
        b = Vector128.FusedMultiplyAdd(wb, Vector128.Create(x), b);
    }

    private static void Store(float* c, Vector128<float> a, Vector128<float> b)
    {
        a.Store(c);
        b.Store(c + 4);
    }
}
