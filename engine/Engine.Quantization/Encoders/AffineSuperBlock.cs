using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>The search for a super-block with offsets: w = (d s) q - (dmin m), whole numbers s and m per group.</summary>
internal sealed class AffineSuperBlock : SuperBlockSearch
{
    private readonly AffineGroups[] _fits;
    private readonly float[] _steps;

    /// <summary>Makes a search for one layout.</summary>
    /// <param name="groupSize">Weights per group.</param>
    /// <param name="highestCode">The highest q.</param>
    /// <param name="highestScale">The highest s and m.</param>
    /// <param name="effort">How long to search.</param>
    public AffineSuperBlock(int groupSize, int highestCode, int highestScale, SearchEffort effort)
        : base(groupSize, 0, highestScale, effort)
    {
        _fits = [.. Groups.Select(eight => new AffineGroups(eight, highestCode, isFree: false))];
        _steps = effort.AffineSteps(highestCode);
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(int S, int M)> Neighbours => Effort.Neighbours;

    /// <summary>Writes s and m of every group and q of every weight.</summary>
    public void Write(Span<byte> scales, Span<byte> minimums, Span<byte> codes)
    {
        for (int group = 0; group < scales.Length; group++)
        {
            (int i, int lane) = Math.DivRem(group, EightGroups.Lanes);
            (scales[group], minimums[group]) = ((byte)Best[i].S[lane], (byte)Best[i].M[lane]);
        }
        WriteCodes(codes);
    }

    /// <inheritdoc/>
    protected override void Fit(int eight) => _fits[eight].Fit(_steps, Effort.Rounds);

    /// <inheritdoc/>
    protected override Steps Start(Span<Multiples> multiples)
    {
        for (int i = 0; i < _fits.Length; i++)
        {
            AffineSums sums = _fits[i].Sums(Grid.Inverse(_fits[i].Scale), _fits[i].Minimum);
            Targets[i] = _fits[i].Scale;
            // With the best minimum for it, a scale that is off by e costs e^2 times this.
            Curvatures[i] = (sums.QQ - Grid.Divide(sums.Q * sums.Q, _fits[i].SumW)) * Groups[i].Share;
        }
        float d = ChooseStep();
        for (int i = 0; i < _fits.Length; i++)
        {
            Vector256<float> s = Multiple(_fits[i].Scale, d);
            AffineSums sums = _fits[i].Sums(Grid.Inverse(s * d), _fits[i].Minimum);
            Targets[i] = Vector256.MaxNative(Grid.Divide(s * d * sums.Q - _fits[i].SumWX, _fits[i].SumW), Vector256<float>.Zero);
            Curvatures[i] = _fits[i].SumW * Groups[i].Share;
            multiples[i] = new Multiples(s, default);
        }
        float dMin = ChooseStep();
        for (int i = 0; i < _fits.Length; i++) multiples[i] = multiples[i] with { M = Multiple(Targets[i], dMin) };
        return new Steps(d, dMin);
    }

    /// <inheritdoc/>
    protected override Steps? Solve()
    {
        double ss = 0, sm = 0, mm = 0, sx = 0, mx = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            (Vector256<float> s, Vector256<float> m) = (Best[i].S, Best[i].M);
            AffineSums sums = _fits[i].Sums(Grid.Inverse(s * Steps.D), m * Steps.DMin);
            Vector256<float> countedS = s * Groups[i].Share, countedM = m * Groups[i].Share;
            ss += Vector256.Sum(countedS * s * sums.QQ);
            sm += Vector256.Sum(countedS * m * sums.Q);
            mm += Vector256.Sum(countedM * m * _fits[i].SumW);
            sx += Vector256.Sum(countedS * sums.XQ);
            mx += Vector256.Sum(countedM * _fits[i].SumWX);
        }
        double determinant = ss * mm - sm * sm;
        if (!(determinant > 1e-6 * ss * mm)) return null;
        var solved = new Steps(ToHalf((sx * mm - sm * mx) / determinant), ToHalf((sx * sm - ss * mx) / determinant));
        return solved is { D: > 0, DMin: >= 0 } ? solved : null;
    }

    /// <inheritdoc/>
    protected override Steps? Plain(Span<Multiples> multiples)
    {
        Vector256<float> scales = default, minimums = default;
        foreach (AffineGroups fit in _fits)
        {
            scales = Vector256.MaxNative(scales, fit.PlainScale);
            minimums = Vector256.MaxNative(minimums, fit.PlainMinimum);
        }
        var plain = new Steps(ToHalf(Largest(scales) / HighestScale), ToHalf(Largest(minimums) / HighestScale));
        for (int i = 0; i < _fits.Length; i++)
            multiples[i] = new Multiples(Multiple(_fits[i].PlainScale, plain.D), Multiple(_fits[i].PlainMinimum, plain.DMin));
        return plain;
    }

    /// <inheritdoc/>
    protected override Vector256<float> Error(int eight, Vector256<float> scale, Vector256<float> minimum) =>
        _fits[eight].Error(scale, minimum);

    /// <inheritdoc/>
    protected override void Errors(
        int eight, Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2,
        out Vector256<float> error1, out Vector256<float> error2)
        => _fits[eight].Errors(scale1, minimum1, scale2, minimum2, out error1, out error2);

    /// <inheritdoc/>
    protected override void WriteCodes(int eight, Vector256<float> scale, Vector256<float> minimum, Span<byte> codes) =>
        _fits[eight].WriteCodes(scale, minimum, codes);

    private static float Largest(Vector256<float> values)
    {
        float largest = values[0];
        for (int lane = 1; lane < Vector256<float>.Count; lane++) largest = MathF.Max(largest, values[lane]);
        return largest;
    }
}
