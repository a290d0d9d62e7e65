using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for groups without offset, w = scale q with q of some levels: weighted least squares in eight groups at once. As the levels
/// reach further on one side, the scale may be negative.
/// </summary>
/// <typeparam name="TCodes">What q can be.</typeparam>
/// <param name="groups">The groups.</param>
/// <param name="codes">What q can be.</param>
internal sealed class SymmetricGroups<TCodes>(EightGroups groups, TCodes codes)
    where TCodes : struct, ICodes
{
    /// <summary>Best scale of each group.</summary>
    public Vector256<float> Scale { get; private set; }

    /// <summary>The value of largest magnitude of each group.</summary>
    public Vector256<float> Extreme { get; private set; }

    // Their scale is XQ / QQ, and XQ XQ / QQ is what they take from the sum of w x x; the rest is the error.
    private SymmetricSums Best { get; set; }

    /// <summary>Finds the scale of each group, unconstrained by the precision in which it is stored.</summary>
    /// <param name="steps">The code, perhaps between two levels, that a group's extreme value becomes in each try; an even number of tries.</param>
    /// <param name="rounds">Most rounds of least squares after the tries.</param>
    public void Fit(ReadOnlySpan<float> steps, int rounds)
    {
        Extreme = FindExtreme();
        Vector256<float> perStep = Grid.Inverse(Extreme);
        Best = new SymmetricSums(Vector256<float>.One, Vector256<float>.Zero);
        for (int i = 0; i < steps.Length; i += 2)
        {
            Accumulate(perStep * steps[i], perStep * steps[i + 1], 0, groups.Size, out SymmetricSums a, out SymmetricSums b);
            Offer(a);
            Offer(b);
        }
        for (int i = 0; i < rounds; i++)
        {
            SymmetricSums before = Best;
            Offer(Sums(Grid.Divide(before.QQ, Vector256.Abs(before.XQ)) | (before.XQ & Vector256.Create(-0f))));
            if (Vector256.EqualsAll(before.XQ, Best.XQ)) break;
        }
        Scale = Grid.Divide(Best.XQ, Best.QQ);
    }

    /// <summary>The sums over the codes that an inverse scale gives.</summary>
    public SymmetricSums Sums(Vector256<float> inverse)
    {
        int half = groups.Size / 2;
        Accumulate(inverse, inverse, half, half, out SymmetricSums first, out SymmetricSums second);
        return new SymmetricSums(first.QQ + second.QQ, first.XQ + second.XQ);
    }

    /// <summary>The errors of two choices of the scale with the nearest codes, group by group.</summary>
    public void Errors(Vector256<float> scale1, Vector256<float> scale2, out Vector256<float> error1, out Vector256<float> error2)
        => Errors(scale1, scale2, 0, groups.Size, out error1, out error2);

    /// <summary>The errors of one choice.</summary>
    public Vector256<float> Error(Vector256<float> scale)
    {
        int half = groups.Size / 2;
        Errors(scale, scale, half, half, out Vector256<float> first, out Vector256<float> second);
        return first + second;
    }

    /// <summary>Writes the numbers of the nearest levels, group after group.</summary>
    public void WriteCodes(Vector256<float> scale, Span<byte> numbers)
        => groups.WriteCodes(Grid.Inverse(scale), Vector256<float>.Zero, codes, numbers);

    private Vector256<float> FindExtreme()
    {
        ref Vector256<float> values = ref groups.Values;
        Vector256<float> extreme = default;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i);
            extreme = Vector256.ConditionalSelect(Vector256.GreaterThan(Vector256.Abs(x), Vector256.Abs(extreme)), x, extreme);
        }
        return extreme;
    }

    // Two chains of additions at once, as in AffineGroups.
    private void Accumulate(
        Vector256<float> inverse1, Vector256<float> inverse2, int start, int count, out SymmetricSums first, out SymmetricSums second)
    {
        TCodes levels = codes;
        Vector256<float> qq1 = default, xq1 = default, qq2 = default, xq2 = default;
        ref Vector256<float> values1 = ref groups.Values, weights1 = ref groups.Weights;
        ref Vector256<float> values2 = ref Unsafe.Add(ref values1, start), weights2 = ref Unsafe.Add(ref weights1, start);
        for (int i = 0; i < count; i++)
        {
            Vector256<float> x1 = Unsafe.Add(ref values1, i), x2 = Unsafe.Add(ref values2, i);
            Vector256<float> code1 = levels.Nearest(x1 * inverse1), w1 = Unsafe.Add(ref weights1, i) * code1;
            Vector256<float> code2 = levels.Nearest(x2 * inverse2), w2 = Unsafe.Add(ref weights2, i) * code2;
            qq1 = Vector256.FusedMultiplyAdd(w1, code1, qq1);
            qq2 = Vector256.FusedMultiplyAdd(w2, code2, qq2);
            xq1 = Vector256.FusedMultiplyAdd(w1, x1, xq1);
            xq2 = Vector256.FusedMultiplyAdd(w2, x2, xq2);
        }
        first = new SymmetricSums(qq1, xq1);
        second = new SymmetricSums(qq2, xq2);
    }

    private void Errors(
        Vector256<float> scale1, Vector256<float> scale2, int start, int count, out Vector256<float> error1, out Vector256<float> error2)
    {
        TCodes levels = codes;
        Vector256<float> inverse1 = Grid.Inverse(scale1), inverse2 = Grid.Inverse(scale2), sum1 = default, sum2 = default;
        ref Vector256<float> values1 = ref groups.Values, weights1 = ref groups.Weights;
        ref Vector256<float> values2 = ref Unsafe.Add(ref values1, start), weights2 = ref Unsafe.Add(ref weights1, start);
        for (int i = 0; i < count; i++)
        {
            Vector256<float> x1 = Unsafe.Add(ref values1, i), x2 = Unsafe.Add(ref values2, i);
            Vector256<float> off1 = Vector256.FusedMultiplyAdd(levels.Nearest(x1 * inverse1), scale1, -x1);
            Vector256<float> off2 = Vector256.FusedMultiplyAdd(levels.Nearest(x2 * inverse2), scale2, -x2);
            sum1 = Vector256.FusedMultiplyAdd(Unsafe.Add(ref weights1, i) * off1, off1, sum1);
            sum2 = Vector256.FusedMultiplyAdd(Unsafe.Add(ref weights2, i) * off2, off2, sum2);
        }
        error1 = sum1;
        error2 = sum2;
    }

    private void Offer(in SymmetricSums sums)
    {
        // By more than a rounding error, so that of several exact choices the first stays: the one whose scale is simple. Where all codes
        // are zero, so are both sides.
        Vector256<float> better = Vector256.GreaterThan(
            sums.XQ * sums.XQ * Best.QQ, Best.XQ * Best.XQ * (sums.QQ * 1.0000004f));
        Best = new SymmetricSums(
            Vector256.ConditionalSelect(better, sums.QQ, Best.QQ), Vector256.ConditionalSelect(better, sums.XQ, Best.XQ));
    }
}

/// <summary>Sums over a group's codes q: of w q q and w x q.</summary>
internal readonly record struct SymmetricSums(Vector256<float> QQ, Vector256<float> XQ);
