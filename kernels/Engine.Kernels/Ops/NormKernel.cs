using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Normalises one row. Sums run in one order that only the group's length decides.</summary>
internal static class NormKernel
{
    private const int Lanes = 8;

    /// <summary>Normalises each group of <paramref name="input"/> into <paramref name="output"/>.</summary>
    internal static void Apply(Norm norm, ReadOnlySpan<float> input, Span<float> output)
    {
        int size = norm.GroupSize == 0 ? input.Length : norm.GroupSize;
        for (int start = 0; start < input.Length; start += size)
        {
            ReadOnlySpan<float> group = input.Slice(start, size);
            Span<float> result = output.Slice(start, size);
            int first = norm.Weight.Length == size ? 0 : start;
            ReadOnlySpan<float> weight = norm.Weight.AsSpan(first, size);
            float mean = norm.Kind == NormKind.Layer ? Sum<Identity>(group, 0f) / size : 0f;
            float factor = 1f / MathF.Sqrt(Sum<SquaredDistance>(group, mean) / size + norm.Epsilon);
            Elementwise.Map(new Standardize(mean, factor), group, weight, result);
            if (norm.Bias is not null) Elementwise.Map(new AddScaled(1f), result, norm.Bias.AsSpan(first, size), result);
        }
    }

    private interface ITerm
    {
        static abstract Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> center);
    }

    private readonly struct Identity : ITerm
    {
        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> center) => sum + x;
    }

    private readonly struct SquaredDistance : ITerm
    {
        public static Vector256<float> Add(Vector256<float> sum, Vector256<float> x, Vector256<float> center)
        {
            Vector256<float> distance = x - center;
            return Vector256.FusedMultiplyAdd(distance, distance, sum);
        }
    }

    private readonly struct Standardize(float mean, float factor) : IElementOperation
    {
        public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right) =>
            (left - Vector256.Create(mean)) * factor * right;
    }

    private static float Sum<TTerm>(ReadOnlySpan<float> values, float center) where TTerm : struct, ITerm
    {
        ref float x = ref MemoryMarshal.GetReference(values);
        Vector256<float> c = Vector256.Create(center);
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= values.Length - 4 * Lanes; i += 4 * Lanes)
        {
            sum0 = TTerm.Add(sum0, Vector256.LoadUnsafe(ref x, (nuint)i), c);
            sum1 = TTerm.Add(sum1, Vector256.LoadUnsafe(ref x, (nuint)i + Lanes), c);
            sum2 = TTerm.Add(sum2, Vector256.LoadUnsafe(ref x, (nuint)i + 2 * Lanes), c);
            sum3 = TTerm.Add(sum3, Vector256.LoadUnsafe(ref x, (nuint)i + 3 * Lanes), c);
        }
        for (; i <= values.Length - Lanes; i += Lanes) sum0 = TTerm.Add(sum0, Vector256.LoadUnsafe(ref x, (nuint)i), c);
        float total = Vector256.Sum((sum0 + sum1) + (sum2 + sum3));
        for (; i < values.Length; i++) total = TTerm.Add(Vector256.CreateScalar(total), Vector256.CreateScalar(values[i]), c).ToScalar();
        return total;
    }
}
