using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>The search for a super-block without offsets: w = (d s) q, a signed whole number s per group.</summary>
/// <typeparam name="TCodes">What q can be.</typeparam>
internal sealed class SymmetricSuperBlock<TCodes> : SuperBlockSearch
    where TCodes : struct, ICodes
{
    private readonly SymmetricGroups<TCodes>[] _fits;
    private readonly float[] _steps;
    private readonly (int, int)[] _neighbours;

    /// <summary>Makes a search for one layout.</summary>
    /// <param name="groupSize">Weights per group.</param>
    /// <param name="codes">What q can be.</param>
    /// <param name="steps">For <see cref="SymmetricGroups{TCodes}.Fit"/>.</param>
    /// <param name="scaleReach">Scales go from -scaleReach to scaleReach - 1.</param>
    /// <param name="effort">How long to search.</param>
    public SymmetricSuperBlock(int groupSize, TCodes codes, float[] steps, int scaleReach, SearchEffort effort)
        : base(groupSize, -scaleReach, scaleReach - 1, effort)
    {
        _fits = [.. Groups.Select(eight => new SymmetricGroups<TCodes>(eight, codes))];
        _steps = steps;
        _neighbours = [.. Enumerable.Range(1, effort.ScaleNeighbours).Select(distance => (distance, 0))];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<(int S, int M)> Neighbours => _neighbours;

    /// <summary>Writes s of every group and the number of every weight's level.</summary>
    public void Write(Span<sbyte> scales, Span<byte> codes)
    {
        for (int group = 0; group < scales.Length; group++)
        {
            (int i, int lane) = Math.DivRem(group, EightGroups.Lanes);
            scales[group] = (sbyte)Best[i].S[lane];
        }
        WriteCodes(codes);
    }

    /// <inheritdoc/>
    protected override void Fit(int eight)
    {
        _fits[eight].Fit(_steps, Effort.Rounds);
        Targets[eight] = _fits[eight].Scale;
        Curvatures[eight] = _fits[eight].Sums(Grid.Inverse(_fits[eight].Scale)).QQ * Groups[eight].Share;
    }

    /// <inheritdoc/>
    protected override Steps Start(Span<Multiples> multiples)
    {
        float d = ChooseStep();
        for (int i = 0; i < _fits.Length; i++) multiples[i] = new Multiples(Multiple(_fits[i].Scale, d), default);
        return new Steps(d, 0);
    }

    /// <inheritdoc/>
    protected override Steps? Solve()
    {
        double ss = 0, sx = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            SymmetricSums sums = _fits[i].Sums(Grid.Inverse(Best[i].S * Steps.D));
            Vector256<float> s = Best[i].S * Groups[i].Share;
            ss += Vector256.Sum(s * Best[i].S * sums.QQ);
            sx += Vector256.Sum(s * sums.XQ);
        }
        if (!(ss > 0)) return null;
        float d = ToHalf(sx / ss);
        return d == 0 ? null : new Steps(d, 0);
    }

    /// <inheritdoc/>
    protected override Vector256<float> Error(int eight, Vector256<float> scale, Vector256<float> minimum) => _fits[eight].Error(scale);

    /// <inheritdoc/>
    protected override void Errors(
        int eight, Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2,
        out Vector256<float> error1, out Vector256<float> error2)
        => _fits[eight].Errors(scale1, scale2, out error1, out error2);

    /// <inheritdoc/>
    protected override void WriteCodes(int eight, Vector256<float> scale, Vector256<float> minimum, Span<byte> codes) =>
        _fits[eight].WriteCodes(scale, codes);
}
