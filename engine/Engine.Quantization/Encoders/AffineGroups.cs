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
    private readonly WholeCodes _codes = new(0, highest);

    /// <summary>Best scale of each group.</summary>
    public Vector256<float> Scale { get; private set; }

    /// <summary>Best minimum of each group.</summary>
    public Vector256<float> Minimum { get; private set; }

    /// <summary>The scale that spreads the codes from the lowest to the highest value.</summary>
    public Vector256<float> PlainScale { get; private set; }

    /// <summary>The minimum that goes with it.</summary>
    public Vector256<float> PlainMinimum { get; private set; }

    /// <summary>Sum of the weights of each group.</summary>
    public Vector256<float> SumW { get; private set; }

    /// <summary>Sum of w x of each group.</summary>
    public Vector256<float> SumWX { get; private set; }

    // What the best scale and minimum take from the sum of w x x; the rest is the error.
    private Vector256<float> Gain { get; set; }

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
        Gain = -mean * (mean * SumW + (SumWX + SumWX));
        Vector256<float> perStep = Grid.Inverse(high - low);
        Minimum = -low;
        foreach (float step in steps)
        {
            // Once from the lowest value and once from the best minimum so far, which leads to others.
            Vector256<float> inverse = perStep * (highest + step);
            Accumulate(inverse, -low * inverse, Minimum * inverse, out AffineSums a, out AffineSums b);
            Offer(a);
            Offer(b);
            if (!isFree) continue;
            // Nothing improves these groups later: let the lowest value be cut off, by half a step and by a whole one.
            Vector256<float> half = low + PlainScale * 0.5f, whole = low + PlainScale;
            Accumulate(inverse, -half * inverse, -whole * inverse, out a, out b);
            Offer(a);
            Offer(b);
        }
        Minimum = Vector256.ConditionalSelect(Vector256.Equals(Scale, Vector256<float>.Zero), mean, Minimum);
        for (int i = 0; i < rounds; i++)
        {
            Vector256<float> before = Gain, inverse = Grid.Inverse(Scale), half = Scale * 0.5f;
            Offer(Sums(inverse, Minimum));
            Accumulate(inverse, (Minimum + half) * inverse, (Minimum - half) * inverse, out AffineSums a, out AffineSums b);
            Offer(a);
            Offer(b);
            if (Vector256.EqualsAll(before, Gain)) break;
        }
    }

    /// <summary>The sums over the codes that an inverse scale and a minimum give.</summary>
    public AffineSums Sums(Vector256<float> inverse, Vector256<float> minimum)
    {
        Vector256<float> shift = minimum * inverse;
        int half = groups.Size / 2;
        Accumulate(inverse, shift, shift, half, half, out AffineSums first, out AffineSums second);
        return new AffineSums(first.Q + second.Q, first.QQ + second.QQ, first.XQ + second.XQ);
    }

    /// <summary>The errors of two choices of scale and minimum with the nearest codes, group by group.</summary>
    public void Errors(
        Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2,
        out Vector256<float> error1, out Vector256<float> error2)
        => Errors(scale1, minimum1, scale2, minimum2, 0, groups.Size, out error1, out error2);

    /// <summary>The errors of one choice.</summary>
    public Vector256<float> Error(Vector256<float> scale, Vector256<float> minimum)
    {
        int half = groups.Size / 2;
        Errors(scale, minimum, scale, minimum, half, half, out Vector256<float> first, out Vector256<float> second);
        return first + second;
    }

    /// <summary>Writes the nearest codes, group after group.</summary>
    public void WriteCodes(Vector256<float> scale, Vector256<float> minimum, Span<byte> codes)
        => groups.WriteCodes(Grid.Inverse(scale), minimum, _codes, codes);

    private Vector256<float> Limit(Vector256<float> minimum) => isFree ? minimum : Vector256.MaxNative(minimum, Vector256<float>.Zero);

    private (Vector256<float> Low, Vector256<float> High) Measure()
    {
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        Vector256<float> low = isFree ? values : Vector256.MinNative(values, Vector256<float>.Zero), high = values;
        Vector256<float> w1 = default, wx = default;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i);
            low = Vector256.MinNative(low, x);
            high = Vector256.MaxNative(high, x);
            w1 += w;
            wx = Vector256.FusedMultiplyAdd(w, x, wx);
        }
        (SumW, SumWX) = (w1, wx);
        return (low, high);
    }

    private void Accumulate(
        Vector256<float> inverse, Vector256<float> shift1, Vector256<float> shift2, out AffineSums first, out AffineSums second)
        => Accumulate(inverse, shift1, shift2, 0, groups.Size, out first, out second);

    /// <summary>
    /// Two chains of additions at once, as one alone would leave the processor waiting: two tries over all weights, or the halves of one.
    /// </summary>
    /// <param name="inverse">1 / scale.</param>
    /// <param name="shift1">Minimum times that, of the first chain.</param>
    /// <param name="shift2">The same of the second.</param>
    /// <param name="start">The weight at which the second chain starts; the first starts at 0.</param>
    /// <param name="count">Weights of each chain.</param>
    /// <param name="first">Sums of the first chain.</param>
    /// <param name="second">Sums of the second.</param>
    private void Accumulate(
        Vector256<float> inverse, Vector256<float> shift1, Vector256<float> shift2, int start, int count,
        out AffineSums first, out AffineSums second)
    {
        WholeCodes codes = _codes;
        Vector256<float> q1 = default, qq1 = default, xq1 = default, q2 = default, qq2 = default, xq2 = default;
        ref Vector256<float> values1 = ref groups.Values, weights1 = ref groups.Weights;
        ref Vector256<float> values2 = ref Unsafe.Add(ref values1, start), weights2 = ref Unsafe.Add(ref weights1, start);
        for (int i = 0; i < count; i++)
        {
            Vector256<float> x1 = Unsafe.Add(ref values1, i), x2 = Unsafe.Add(ref values2, i);
            Vector256<float> code1 = codes.Nearest(Vector256.FusedMultiplyAdd(x1, inverse, shift1)), w1 = Unsafe.Add(ref weights1, i) * code1;
            Vector256<float> code2 = codes.Nearest(Vector256.FusedMultiplyAdd(x2, inverse, shift2)), w2 = Unsafe.Add(ref weights2, i) * code2;
            q1 += w1;
            q2 += w2;
            qq1 = Vector256.FusedMultiplyAdd(w1, code1, qq1);
            qq2 = Vector256.FusedMultiplyAdd(w2, code2, qq2);
            xq1 = Vector256.FusedMultiplyAdd(w1, x1, xq1);
            xq2 = Vector256.FusedMultiplyAdd(w2, x2, xq2);
        }
        first = new AffineSums(q1, qq1, xq1);
        second = new AffineSums(q2, qq2, xq2);
    }

    private void Errors(
        Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2, int start, int count,
        out Vector256<float> error1, out Vector256<float> error2)
    {
        Vector256<float> inverse1 = Grid.Inverse(scale1), inverse2 = Grid.Inverse(scale2), sum1 = default, sum2 = default;
        WholeCodes codes = _codes;
        ref Vector256<float> values1 = ref groups.Values, weights1 = ref groups.Weights;
        ref Vector256<float> values2 = ref Unsafe.Add(ref values1, start), weights2 = ref Unsafe.Add(ref weights1, start);
        for (int i = 0; i < count; i++)
        {
            Vector256<float> x1 = Unsafe.Add(ref values1, i) + minimum1, x2 = Unsafe.Add(ref values2, i) + minimum2;
            Vector256<float> off1 = Vector256.FusedMultiplyAdd(codes.Nearest(x1 * inverse1), scale1, -x1);
            Vector256<float> off2 = Vector256.FusedMultiplyAdd(codes.Nearest(x2 * inverse2), scale2, -x2);
            sum1 = Vector256.FusedMultiplyAdd(Unsafe.Add(ref weights1, i) * off1, off1, sum1);
            sum2 = Vector256.FusedMultiplyAdd(Unsafe.Add(ref weights2, i) * off2, off2, sum2);
        }
        error1 = sum1;
        error2 = sum2;
    }

    /// <summary>Takes the least-squares scale and minimum of some codes where they are better than the best so far.</summary>
    private void Offer(in AffineSums sums)
    {
        // Where the difference is no more than rounding, the codes are all alike and determine nothing.
        Vector256<float> product = SumW * sums.QQ, determinant = Vector256.FusedMultiplyAdd(-sums.Q, sums.Q, product);
        determinant &= Vector256.GreaterThan(determinant, product * 1e-6f);
        Vector256<float> scale = SumW * sums.XQ - SumWX * sums.Q, minimum = sums.Q * sums.XQ - sums.QQ * SumWX;
        if (!isFree)
        {
            Vector256<float> isPositive = Vector256.GreaterThanOrEqual(minimum, Vector256<float>.Zero)
                & Vector256.GreaterThan(determinant, Vector256<float>.Zero);
            scale = Vector256.ConditionalSelect(isPositive, scale, sums.XQ);
            minimum &= isPositive;
            determinant = Vector256.ConditionalSelect(isPositive, determinant, sums.QQ);
        }
        Vector256<float> inverse = Grid.Divide(Vector256<float>.One, determinant);
        scale *= inverse;
        minimum *= inverse;
        Vector256<float> gain = scale * sums.XQ - minimum * SumWX;
        Vector256<float> better = Vector256.GreaterThan(gain, Gain) & Vector256.GreaterThan(scale, Vector256<float>.Zero);
        Scale = Vector256.ConditionalSelect(better, scale, Scale);
        Minimum = Vector256.ConditionalSelect(better, minimum, Minimum);
        Gain = Vector256.ConditionalSelect(better, gain, Gain);
    }
}

/// <summary>Sums over a group's codes q: of w q, w q q and w x q.</summary>
internal readonly record struct AffineSums(Vector256<float> Q, Vector256<float> QQ, Vector256<float> XQ);
