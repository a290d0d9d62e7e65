using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for groups with an offset, w = scale q - minimum with q from 0 to a highest code: weighted least squares in eight groups at
/// once.
/// </summary>
/// <param name="groups">The groups.</param>
/// <param name="highest">The highest code.</param>
/// <param name="isFree">Whether the minimum may be negative (the offset positive); K-quants have no sign for it.</param>
internal sealed class AffineGroups(EightGroups groups, int highest, bool isFree)
{
    private readonly Vector256<float> _highest = Vector256.Create((float)highest);

    /// <summary>Best scale of each group.</summary>
    public Vector256<float> Scale { get; private set; }

    /// <summary>Best minimum of each group.</summary>
    public Vector256<float> Minimum { get; private set; }

    /// <summary>Weighted squared error of each group at its best.</summary>
    public Vector256<float> Error { get; private set; }

    /// <summary>The scale that spreads the codes from the lowest to the highest value.</summary>
    public Vector256<float> PlainScale { get; private set; }

    /// <summary>The minimum that goes with it.</summary>
    public Vector256<float> PlainMinimum { get; private set; }

    /// <summary>Sum of the weights of each group.</summary>
    public Vector256<float> SumW { get; private set; }

    /// <summary>Sum of w x of each group.</summary>
    public Vector256<float> SumWX { get; private set; }

    private Vector256<float> SumWXX { get; set; }

    /// <summary>Finds scale and minimum of each group, unconstrained by the precision in which they are stored.</summary>
    /// <param name="steps">Codes beyond or short of the highest that the range of a group is divided into, for each try.</param>
    /// <param name="rounds">Most rounds of least squares after the tries.</param>
    public void Fit(ReadOnlySpan<float> steps, int rounds)
    {
        (Vector256<float> low, Vector256<float> high) = Measure();
        (PlainScale, PlainMinimum) = ((high - low) * (1f / highest), -low);
        // All codes zero: the mean, if the offset can be that.
        Vector256<float> mean = Limit(-Grid.Divide(SumWX, SumW));
        Scale = Vector256<float>.Zero;
        Error = SumWXX + mean * (mean * SumW + (SumWX + SumWX));
        Vector256<float> perStep = Grid.Inverse(high - low);
        Minimum = -low;
        foreach (float step in steps)
        {
            // Once from the lowest value and once from the best minimum so far, which leads to others.
            Vector256<float> inverse = perStep * (highest + step);
            Accumulate(inverse, -low * inverse, inverse, Minimum * inverse, out AffineSums a, out AffineSums b);
            Offer(a);
            Offer(b);
            if (!isFree) continue;
            // Nothing improves these groups later: let the lowest value be cut off, by half a step and by a whole one.
            Vector256<float> half = low + PlainScale * 0.5f, whole = low + PlainScale;
            Accumulate(inverse, -half * inverse, inverse, -whole * inverse, out a, out b);
            Offer(a);
            Offer(b);
        }
        Minimum = Vector256.ConditionalSelect(Vector256.Equals(Scale, Vector256<float>.Zero), mean, Minimum);
        for (int i = 0; i < rounds; i++)
        {
            Vector256<float> before = Error, inverse = Grid.Inverse(Scale), half = Scale * 0.5f;
            Offer(Sums(inverse, Minimum));
            Accumulate(inverse, (Minimum + half) * inverse, inverse, (Minimum - half) * inverse, out AffineSums a, out AffineSums b);
            Offer(a);
            Offer(b);
            if (Vector256.EqualsAll(before, Error)) break;
        }
    }

    /// <summary>The sums over the codes that an inverse scale and a minimum give.</summary>
    public AffineSums Sums(Vector256<float> inverse, Vector256<float> minimum)
    {
        Accumulate(inverse, minimum * inverse, inverse, minimum * inverse, out AffineSums sums, out _);
        return sums;
    }

    /// <summary>The errors of two choices of scale and minimum with the nearest codes, group by group.</summary>
    public void Errors(
        Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2,
        out Vector256<float> error1, out Vector256<float> error2)
    {
        Vector256<float> inverse1 = Grid.Inverse(scale1), inverse2 = Grid.Inverse(scale2);
        Vector256<float> zero = Vector256<float>.Zero, top = _highest;
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        Vector256<float> sum1 = zero, sum2 = zero;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i);
            Vector256<float> x1 = x + minimum1, x2 = x + minimum2;
            Vector256<float> off1 = Vector256.FusedMultiplyAdd(Grid.Round(x1 * inverse1, zero, top), scale1, -x1);
            Vector256<float> off2 = Vector256.FusedMultiplyAdd(Grid.Round(x2 * inverse2, zero, top), scale2, -x2);
            sum1 = Vector256.FusedMultiplyAdd(w * off1, off1, sum1);
            sum2 = Vector256.FusedMultiplyAdd(w * off2, off2, sum2);
        }
        error1 = sum1;
        error2 = sum2;
    }

    /// <summary>Writes the nearest codes, group after group.</summary>
    public void WriteCodes(Vector256<float> scale, Vector256<float> minimum, Span<byte> codes)
        => groups.WriteCodes(Grid.Inverse(scale), minimum, 0, highest, codes);

    private Vector256<float> Limit(Vector256<float> minimum) => isFree ? minimum : Vector256.MaxNative(minimum, Vector256<float>.Zero);

    private (Vector256<float> Low, Vector256<float> High) Measure()
    {
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        Vector256<float> low = isFree ? values : Vector256.MinNative(values, Vector256<float>.Zero), high = values;
        Vector256<float> w1 = default, wx = default, wxx = default;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i), product = w * x;
            low = Vector256.MinNative(low, x);
            high = Vector256.MaxNative(high, x);
            w1 += w;
            wx += product;
            wxx = Vector256.FusedMultiplyAdd(product, x, wxx);
        }
        (SumW, SumWX, SumWXX) = (w1, wx, wxx);
        return (low, high);
    }

    /// <summary>Two tries at once: the chains of additions of one alone would leave the processor waiting.</summary>
    private void Accumulate(
        Vector256<float> inverse1, Vector256<float> shift1, Vector256<float> inverse2, Vector256<float> shift2,
        out AffineSums first, out AffineSums second)
    {
        Vector256<float> zero = Vector256<float>.Zero, top = _highest;
        Vector256<float> q1 = zero, qq1 = zero, xq1 = zero, q2 = zero, qq2 = zero, xq2 = zero;
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i);
            Vector256<float> code1 = Grid.Round(Vector256.FusedMultiplyAdd(x, inverse1, shift1), zero, top), w1 = w * code1;
            Vector256<float> code2 = Grid.Round(Vector256.FusedMultiplyAdd(x, inverse2, shift2), zero, top), w2 = w * code2;
            q1 += w1;
            q2 += w2;
            qq1 = Vector256.FusedMultiplyAdd(w1, code1, qq1);
            qq2 = Vector256.FusedMultiplyAdd(w2, code2, qq2);
            xq1 = Vector256.FusedMultiplyAdd(w1, x, xq1);
            xq2 = Vector256.FusedMultiplyAdd(w2, x, xq2);
        }
        first = new AffineSums(q1, qq1, xq1);
        second = new AffineSums(q2, qq2, xq2);
    }

    /// <summary>Takes the least-squares scale and minimum of some codes where they are better than the best so far.</summary>
    private void Offer(AffineSums sums)
    {
        // Where the difference is no more than rounding, the codes are all alike and determine nothing.
        Vector256<float> product = SumW * sums.QQ, determinant = Vector256.FusedMultiplyAdd(-sums.Q, sums.Q, product);
        determinant &= Vector256.GreaterThan(determinant, product * 1e-6f);
        Vector256<float> scale = Grid.Divide(SumW * sums.XQ - SumWX * sums.Q, determinant);
        Vector256<float> minimum = Grid.Divide(sums.Q * sums.XQ - sums.QQ * SumWX, determinant);
        if (!isFree)
        {
            Vector256<float> positive = Vector256.GreaterThanOrEqual(minimum, Vector256<float>.Zero)
                & Vector256.GreaterThan(determinant, Vector256<float>.Zero);
            scale = Vector256.ConditionalSelect(positive, scale, Grid.Divide(sums.XQ, sums.QQ));
            minimum &= positive;
        }
        Vector256<float> error = SumWXX + scale * (scale * sums.QQ - (sums.XQ + sums.XQ) - minimum * (sums.Q + sums.Q))
            + minimum * (minimum * SumW + (SumWX + SumWX));
        Vector256<float> better = Vector256.LessThan(error, Error) & Vector256.GreaterThan(scale, Vector256<float>.Zero);
        Scale = Vector256.ConditionalSelect(better, scale, Scale);
        Minimum = Vector256.ConditionalSelect(better, minimum, Minimum);
        Error = Vector256.ConditionalSelect(better, error, Error);
    }
}

/// <summary>Sums over a group's codes q: of w q, w q q and w x q.</summary>
internal readonly record struct AffineSums(Vector256<float> Q, Vector256<float> QQ, Vector256<float> XQ);
