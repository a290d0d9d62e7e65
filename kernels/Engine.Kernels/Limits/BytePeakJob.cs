using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Multiply-adds of bytes as the integer kernels do them: vpmaddubsw and vpaddw, in eight independent chains.</summary>
internal readonly struct BytePeakJob : IWorkerJob
{
    private const int Steps = 1 << 18;

    /// <summary>Multiply-adds of one piece.</summary>
    public const long MultiplyAdds = (long)Steps * 8 * 32;

    /// <summary>Whether the machine has the instruction.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    public void Execute(int index, int worker)
    {
        Vector256<byte> x = Vector256<byte>.Zero;
        Vector256<sbyte> y = Vector256.Create((sbyte)1);
        Vector256<short> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (int step = 0; step < Steps; step++)
        {
            // A factor that stayed the same would let the compiler take the product out of the loop.
            x += y.AsByte();
            a += Avx2.MultiplyAddAdjacent(x, y);
            b += Avx2.MultiplyAddAdjacent(a.AsByte(), y);
            c += Avx2.MultiplyAddAdjacent(x, a.AsSByte());
            d += Avx2.MultiplyAddAdjacent(b.AsByte(), y);
            e += Avx2.MultiplyAddAdjacent(x, b.AsSByte());
            f += Avx2.MultiplyAddAdjacent(c.AsByte(), y);
            g += Avx2.MultiplyAddAdjacent(x, c.AsSByte());
            h += Avx2.MultiplyAddAdjacent(d.AsByte(), y);
        }
        if (a + b + c + d + e + f + g + h == Vector256.Create((short)-12345)) throw new InvalidOperationException("Integers went wrong.");
    }
}
