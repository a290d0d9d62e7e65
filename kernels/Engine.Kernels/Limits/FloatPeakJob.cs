using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Multiply-adds of floats in twelve independent chains, more than any core needs to be busy.</summary>
internal readonly struct FloatPeakJob : IWorkerJob
{
    private const int Steps = 1 << 18;

    /// <summary>Multiply-adds of one piece.</summary>
    public const long MultiplyAdds = (long)Steps * 12 * 8;

    public void Execute(int index, int worker)
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(1e-3f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int step = 0; step < Steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }
        // The sums tend to 1; the condition keeps them alive.
        if (Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l) < 0) throw new InvalidOperationException("Floats went wrong.");
    }
}
