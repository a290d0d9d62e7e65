using System.Numerics;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The orthonormal Walsh-Hadamard transform. It spreads an outlier over all elements, which costs a quantized cache less, and as queries
/// and keys are turned alike, their products stay what they are; values are turned back after the sum.
/// </summary>
internal static unsafe class Hadamard
{
    /// <summary>The shortest transform: heads whose size is no multiple of it stay as they are.</summary>
    public const int LeastSize = 64;

    /// <summary>The longest transform, 64 times a power of two, that fits a head a whole number of times; 0: none does.</summary>
    public static int SizeFor(int headSize) =>
        headSize % LeastSize == 0 ? LeastSize << BitOperations.TrailingZeroCount(headSize / LeastSize) : 0;

    /// <summary>Transforms every run of <paramref name="size"/> elements, in place. The transform is its own inverse.</summary>
    /// <param name="elements">Any number of runs.</param>
    /// <param name="size">A power of two from <see cref="LeastSize"/> on.</param>
    public static void Transform(Span<float> elements, int size)
    {
        float scale = 1 / MathF.Sqrt(size);
        fixed (float* start = elements)
        {
            for (float* run = start, end = start + elements.Length; run < end; run += size) TransformRun(run, size, scale);
        }
    }

    private static void TransformRun(float* run, int size, float scale)
    {
        Vector256<float> factor = Vector256.Create(scale);
        for (int i = 0; i < size; i += 8)
        {
            // Sums and differences of neighbours, of pairs, of quads: (a, b) becomes (a + b, a - b).
            Vector256<float> v = Vector256.Load(run + i) * factor;
            v = Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)) + v * Vector256.Create(1f, -1, 1, -1, 1, -1, 1, -1);
            v = Vector256.Shuffle(v, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)) + v * Vector256.Create(1f, 1, -1, -1, 1, 1, -1, -1);
            v = Vector256.Shuffle(v, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3)) + v * Vector256.Create(1f, 1, 1, 1, -1, -1, -1, -1);
            v.Store(run + i);
        }
        for (int distance = 8; distance < size; distance *= 2)
            for (int i = 0; i < size; i += 2 * distance)
                for (int j = i; j < i + distance; j += 8)
                {
                    Vector256<float> a = Vector256.Load(run + j), b = Vector256.Load(run + j + distance);
                    (a + b).Store(run + j);
                    (a - b).Store(run + j + distance);
                }
    }
}
