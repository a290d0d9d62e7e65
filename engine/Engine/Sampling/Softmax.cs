using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Sampling;

/// <summary>
/// Maximum and sums of exponentials over a row of logits. The order of additions is fixed, so results have the same bits on every
/// machine, whatever its vector width: seeded draws depend on them.
/// </summary>
internal static class Softmax
{
    private const int Lanes = 8;

    /// <summary>The largest value; -infinity of an empty row. A NaN is passed over or returned.</summary>
    internal static float Max(ReadOnlySpan<float> row)
    {
        float max = float.NegativeInfinity;
        int i = 0;
        if (row.Length >= Lanes)
        {
            Vector256<float> highest = Vector256.Create(float.NegativeInfinity);
            for (; i <= row.Length - Lanes; i += Lanes) highest = Vector256.Max(highest, Load(row, i));
            for (int lane = 0; lane < Lanes; lane++) max = MathF.Max(max, highest[lane]);
        }
        for (; i < row.Length; i++) max = MathF.Max(max, row[i]);
        return max;
    }

    /// <summary>The first index that holds the largest value, -1 of an empty row.</summary>
    internal static int IndexOfMax(ReadOnlySpan<float> row)
    {
        float max = Max(row);
        Vector256<float> wanted = Vector256.Create(max);
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            uint found = Vector256.Equals(Load(row, i), wanted).ExtractMostSignificantBits();
            if (found != 0) return i + BitOperations.TrailingZeroCount(found);
        }
        for (; i < row.Length; i++)
            if (row[i] == max) return i;
        return -1;
    }

    /// <summary>The first index whose value is NaN or +infinity, -1 where there is none.</summary>
    internal static int IndexOfUnusable(ReadOnlySpan<float> row)
    {
        Vector256<float> infinity = Vector256.Create(float.PositiveInfinity);
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            if (!Vector256.LessThanAll(Load(row, i), infinity)) break;
        }
        for (; i < row.Length; i++)
            if (!(row[i] < float.PositiveInfinity)) return i;
        return -1;
    }

    /// <summary>
    /// Sum of e^(x - max). With a <paramref name="destination"/> as long as the row, each term is written there too; it may be empty.
    /// </summary>
    internal static double Exponentials(ReadOnlySpan<float> row, float max, Span<float> destination)
    {
        Vector256<double> low = Vector256<double>.Zero, high = Vector256<double>.Zero;
        Vector256<float> shift = Vector256.Create(max);
        bool write = !destination.IsEmpty;
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            Vector256<float> term = VectorMath.Exp(Load(row, i) - shift);
            if (write) term.StoreUnsafe(ref MemoryMarshal.GetReference(destination), (nuint)i);
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(term);
            low += lower;
            high += upper;
        }
        Vector256<double> both = low + high;
        double sum = ((both[0] + both[1]) + both[2]) + both[3];
        for (; i < row.Length; i++)
        {
            float term = VectorMath.Exp(row[i] - max);
            if (write) destination[i] = term;
            sum += term;
        }
        return sum;
    }

    /// <summary>ln of the sum of e^x: what a logit must lose to become a log-probability. The largest value must be finite.</summary>
    internal static double LogSumExp(ReadOnlySpan<float> row)
    {
        float max = Max(row);
        return max + Math.Log(Exponentials(row, max, []));
    }

    /// <summary>Multiplies every value.</summary>
    internal static void Scale(Span<float> values, float factor)
    {
        Vector256<float> factors = Vector256.Create(factor);
        ref float start = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
            (Vector256.LoadUnsafe(ref start, (nuint)i) * factors).StoreUnsafe(ref start, (nuint)i);
        for (; i < values.Length; i++) values[i] *= factor;
    }

    private static Vector256<float> Load(ReadOnlySpan<float> row, int index) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)index);
}
