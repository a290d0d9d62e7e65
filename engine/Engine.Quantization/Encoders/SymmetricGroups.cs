using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for groups without offset, w = scale q with a signed code q: weighted least squares in eight groups at once. As the codes
/// reach further on one side, the scale may be negative.
/// </summary>
/// <param name="groups">The groups.</param>
/// <param name="lowest">The lowest code.</param>
/// <param name="highest">The highest code.</param>
internal sealed class SymmetricGroups(EightGroups groups, int lowest, int highest)
{
    private readonly Vector256<float> _lowest = Vector256.Create((float)lowest);
    private readonly Vector256<float> _highest = Vector256.Create((float)highest);

    /// <summary>Best scale of each group.</summary>
    public Vector256<float> Scale { get; private set; }

    /// <summary>The value of largest magnitude of each group.</summary>
    public Vector256<float> Extreme { get; private set; }

    // What the best codes take from the sum of w x x; the rest is the error.
    private Vector256<float> Gain { get; set; }

    /// <summary>Finds the scale of each group, unconstrained by the precision in which it is stored.</summary>
    /// <param name="steps">The code, not whole, that a group's extreme value becomes in each try; an even number of tries.</param>
    /// <param name="rounds">Most rounds of least squares after the tries.</param>
    public void Fit(ReadOnlySpan<float> steps, int rounds)
    {
        Extreme = FindExtreme();
        Vector256<float> perStep = Grid.Inverse(Extreme);
        Scale = Gain = Vector256<float>.Zero;
        for (int i = 0; i < steps.Length; i += 2)
        {
            Accumulate(perStep * steps[i], perStep * steps[i + 1], out SymmetricSums a, out SymmetricSums b);
            Offer(a);
            Offer(b);
        }
        for (int i = 0; i < rounds; i++)
        {
            Vector256<float> before = Gain;
            Offer(Sums(Grid.Inverse(Scale)));
            if (Vector256.EqualsAll(before, Gain)) break;
        }
    }

    /// <summary>The sums over the codes that an inverse scale gives.</summary>
    public SymmetricSums Sums(Vector256<float> inverse)
    {
        Accumulate(inverse, inverse, out SymmetricSums sums, out _);
        return sums;
    }

    /// <summary>The errors of two choices of the scale with the nearest codes, group by group.</summary>
    public void Errors(Vector256<float> scale1, Vector256<float> scale2, out Vector256<float> error1, out Vector256<float> error2)
    {
        Vector256<float> inverse1 = Grid.Inverse(scale1), inverse2 = Grid.Inverse(scale2), low = _lowest, high = _highest;
        Vector256<float> sum1 = default, sum2 = default;
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i);
            Vector256<float> off1 = Vector256.FusedMultiplyAdd(Grid.Round(x * inverse1, low, high), scale1, -x);
            Vector256<float> off2 = Vector256.FusedMultiplyAdd(Grid.Round(x * inverse2, low, high), scale2, -x);
            sum1 = Vector256.FusedMultiplyAdd(w * off1, off1, sum1);
            sum2 = Vector256.FusedMultiplyAdd(w * off2, off2, sum2);
        }
        error1 = sum1;
        error2 = sum2;
    }

    /// <summary>Writes the nearest codes less the lowest, group after group.</summary>
    public void WriteCodes(Vector256<float> scale, Span<byte> codes)
        => groups.WriteCodes(Grid.Inverse(scale), Vector256<float>.Zero, lowest, highest, codes);

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

    private void Accumulate(Vector256<float> inverse1, Vector256<float> inverse2, out SymmetricSums first, out SymmetricSums second)
    {
        Vector256<float> low = _lowest, high = _highest, qq1 = default, xq1 = default, qq2 = default, xq2 = default;
        ref Vector256<float> values = ref groups.Values;
        ref Vector256<float> weights = ref groups.Weights;
        for (int i = 0; i < groups.Size; i++)
        {
            Vector256<float> x = Unsafe.Add(ref values, i), w = Unsafe.Add(ref weights, i);
            Vector256<float> code1 = Grid.Round(x * inverse1, low, high), w1 = w * code1;
            Vector256<float> code2 = Grid.Round(x * inverse2, low, high), w2 = w * code2;
            qq1 = Vector256.FusedMultiplyAdd(w1, code1, qq1);
            qq2 = Vector256.FusedMultiplyAdd(w2, code2, qq2);
            xq1 = Vector256.FusedMultiplyAdd(w1, x, xq1);
            xq2 = Vector256.FusedMultiplyAdd(w2, x, xq2);
        }
        first = new SymmetricSums(qq1, xq1);
        second = new SymmetricSums(qq2, xq2);
    }

    private void Offer(SymmetricSums sums)
    {
        Vector256<float> scale = Grid.Divide(sums.XQ, sums.QQ), gain = scale * sums.XQ;
        // By more than a rounding error, so that of several exact choices the first stays: the one whose scale is simple.
        Vector256<float> better = Vector256.GreaterThan(gain, Gain * 1.0000002f);
        Scale = Vector256.ConditionalSelect(better, scale, Scale);
        Gain = Vector256.ConditionalSelect(better, gain, Gain);
    }
}

/// <summary>Sums over a group's codes q: of w q q and w x q.</summary>
internal readonly record struct SymmetricSums(Vector256<float> QQ, Vector256<float> XQ);
