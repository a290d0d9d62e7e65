using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for a super-block with offsets: w = (d s) q - (dmin m), whole numbers s and m per group. First each group alone, then the two
/// steps d and dmin, then both in turns: least squares for the steps, neighbours of s and m, until neither gains.
/// </summary>
internal sealed class AffineSuperBlock
{
    private readonly EightGroups[] _groups;
    private readonly AffineGroups[] _fits;
    private readonly int _highestScale;
    private readonly Vector256<float>[] _s;
    private readonly Vector256<float>[] _m;
    private readonly Vector256<float>[] _errors;
    private readonly Vector256<float>[] _first;
    private readonly Vector256<float>[] _second;
    private readonly SearchEffort _effort;
    private readonly float[] _steps;
    private readonly float[] _tries;

    /// <summary>Makes a search for one layout.</summary>
    /// <param name="groupSize">Weights per group; a super-block has 256.</param>
    /// <param name="highestCode">The highest q.</param>
    /// <param name="highestScale">The highest s and m.</param>
    /// <param name="effort">How long to search.</param>
    public AffineSuperBlock(int groupSize, int highestCode, int highestScale, SearchEffort effort)
    {
        int eights = 256 / groupSize / EightGroups.Lanes;
        _groups = [.. Enumerable.Range(0, eights).Select(_ => new EightGroups(groupSize))];
        _fits = [.. _groups.Select(eight => new AffineGroups(eight, highestCode, isFree: false))];
        _highestScale = highestScale;
        (_s, _m, _errors) = (new Vector256<float>[eights], new Vector256<float>[eights], new Vector256<float>[eights]);
        (_first, _second) = (new Vector256<float>[eights], new Vector256<float>[eights]);
        _effort = effort;
        _steps = effort.AffineSteps(highestCode);
        _tries = effort.ScaleTries(highestScale);
    }

    /// <summary>The step of the scales, in units of the loaded values.</summary>
    public float D { get; private set; }

    /// <summary>The step of the minimums.</summary>
    public float DMin { get; private set; }

    /// <summary>Searches.</summary>
    /// <param name="values">The 256 weights.</param>
    /// <param name="weights">What their squared errors count.</param>
    /// <param name="unit">A power of two that brings the values near 1.</param>
    public void Search(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        int each = values.Length / _groups.Length;
        for (int i = 0; i < _groups.Length; i++)
        {
            _groups[i].Load(values.Slice(i * each, each), weights.Slice(i * each, each), unit);
            _fits[i].Fit(_steps, _effort.Rounds);
        }
        Start(unit);
        for (int i = 0; i < _effort.Rounds; i++)
        {
            bool moved = SolveSteps(unit);
            moved |= TryNeighbours();
            if (!moved) break;
        }
        TryPlain(unit);
    }

    /// <summary>Writes s and m of every group and q of every weight.</summary>
    public void Write(Span<byte> scales, Span<byte> minimums, Span<byte> codes)
    {
        int each = codes.Length / _groups.Length;
        for (int i = 0; i < _groups.Length; i++)
        {
            for (int lane = 0; lane < EightGroups.Lanes; lane++)
            {
                scales[i * EightGroups.Lanes + lane] = (byte)_s[i][lane];
                minimums[i * EightGroups.Lanes + lane] = (byte)_m[i][lane];
            }
            _fits[i].WriteCodes(_s[i] * D, _m[i] * DMin, codes.Slice(i * each, each));
        }
    }

    private void Start(float unit)
    {
        for (int i = 0; i < _fits.Length; i++)
        {
            AffineSums sums = _fits[i].Sums(Grid.Inverse(_fits[i].Scale), _fits[i].Minimum);
            _first[i] = _fits[i].Scale;
            // With the best minimum for it, a scale that is off by e costs e^2 times this.
            _second[i] = (sums.QQ - Grid.Divide(sums.Q * sums.Q, _fits[i].SumW)) * _groups[i].Share;
        }
        D = ScaleStep.Choose(_first, _second, 0, _highestScale, _tries, unit);
        for (int i = 0; i < _fits.Length; i++)
        {
            _s[i] = Multiple(_fits[i].Scale, D);
            AffineSums sums = _fits[i].Sums(Grid.Inverse(_s[i] * D), _fits[i].Minimum);
            _first[i] = Vector256.MaxNative(
                Grid.Divide(_s[i] * D * sums.Q - _fits[i].SumWX, _fits[i].SumW), Vector256<float>.Zero);
            _second[i] = _fits[i].SumW * _groups[i].Share;
        }
        DMin = ScaleStep.Choose(_first, _second, 0, _highestScale, _tries, unit);
        for (int i = 0; i < _fits.Length; i++)
        {
            _m[i] = Multiple(_first[i], DMin);
            _fits[i].Errors(_s[i] * D, _m[i] * DMin, _s[i] * D, _m[i] * DMin, out _errors[i], out _);
        }
    }

    /// <summary>
    /// Takes what plain rounding gives where that is no worse: among several exact choices (a constant, a spike) the search knows no
    /// difference, but the rounding of their steps makes one.
    /// </summary>
    private void TryPlain(float unit)
    {
        float scale = 0, minimum = 0;
        foreach (AffineGroups fit in _fits)
        {
            for (int lane = 0; lane < EightGroups.Lanes; lane++)
            {
                scale = MathF.Max(scale, fit.PlainScale[lane]);
                minimum = MathF.Max(minimum, fit.PlainMinimum[lane]);
            }
        }
        float d = ScaleStep.ToHalf(scale / _highestScale, unit), dMin = ScaleStep.ToHalf(minimum / _highestScale, unit);
        double before = 0, after = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            (_first[i], _second[i]) = (Multiple(_fits[i].PlainScale, d), Multiple(_fits[i].PlainMinimum, dMin));
            _fits[i].Errors(_first[i] * d, _second[i] * dMin, _s[i] * D, _m[i] * DMin, out Vector256<float> plain, out Vector256<float> own);
            before += Vector256.Sum(own * _groups[i].Share);
            after += Vector256.Sum(plain * _groups[i].Share);
        }
        if (after > before) return;
        (D, DMin) = (d, dMin);
        _first.CopyTo(_s, 0);
        _second.CopyTo(_m, 0);
    }

    private Vector256<float> Multiple(Vector256<float> value, float step) => Grid.Round(
        value * (step == 0 ? 0 : 1 / step), Vector256<float>.Zero, Vector256.Create((float)_highestScale));

    /// <summary>The steps that fit the present q, s and m best; taken if the error falls, rounding included.</summary>
    private bool SolveSteps(float unit)
    {
        double ss = 0, sm = 0, mm = 0, sx = 0, mx = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            AffineSums sums = _fits[i].Sums(Grid.Inverse(_s[i] * D), _m[i] * DMin);
            Vector256<float> s = _s[i] * _groups[i].Share, m = _m[i] * _groups[i].Share;
            ss += Vector256.Sum(s * _s[i] * sums.QQ);
            sm += Vector256.Sum(s * _m[i] * sums.Q);
            mm += Vector256.Sum(m * _m[i] * _fits[i].SumW);
            sx += Vector256.Sum(s * sums.XQ);
            mx += Vector256.Sum(m * _fits[i].SumWX);
        }
        double determinant = ss * mm - sm * sm;
        if (!(determinant > 1e-6 * ss * mm)) return false;
        float d = ScaleStep.ToHalf((float)((sx * mm - sm * mx) / determinant), unit);
        float dMin = ScaleStep.ToHalf((float)((sx * sm - ss * mx) / determinant), unit);
        if (!(d > 0) || !(dMin >= 0) || (d == D && dMin == DMin)) return false;
        double before = 0, after = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            _fits[i].Errors(_s[i] * d, _m[i] * dMin, _s[i] * d, _m[i] * dMin, out _first[i], out _);
            before += Vector256.Sum(_errors[i] * _groups[i].Share);
            after += Vector256.Sum(_first[i] * _groups[i].Share);
        }
        if (!(after < before)) return false;
        (D, DMin) = (d, dMin);
        _first.CopyTo(_errors, 0);
        return true;
    }

    /// <summary>For each group the best of s and m and what is one more or less.</summary>
    private bool TryNeighbours()
    {
        bool moved = false;
        for (int i = 0; i < _fits.Length; i++)
        {
            Vector256<float> s = _s[i], m = _m[i];
            foreach ((int ds, int dm) in _effort.Neighbours)
            {
                Vector256<float> s1 = Moved(s, ds), m1 = Moved(m, dm), s2 = Moved(s, -ds), m2 = Moved(m, -dm);
                _fits[i].Errors(s1 * D, m1 * DMin, s2 * D, m2 * DMin, out Vector256<float> error1, out Vector256<float> error2);
                moved |= Take(i, s1, m1, error1) | Take(i, s2, m2, error2);
            }
        }
        return moved;
    }

    private Vector256<float> Moved(Vector256<float> whole, int by) => Vector256.MinNative(
        Vector256.MaxNative(whole + Vector256.Create((float)by), Vector256<float>.Zero), Vector256.Create((float)_highestScale));

    private bool Take(int i, Vector256<float> s, Vector256<float> m, Vector256<float> error)
    {
        Vector256<float> better = Vector256.LessThan(error, _errors[i]);
        if (better == Vector256<float>.Zero) return false;
        _s[i] = Vector256.ConditionalSelect(better, s, _s[i]);
        _m[i] = Vector256.ConditionalSelect(better, m, _m[i]);
        _errors[i] = Vector256.ConditionalSelect(better, error, _errors[i]);
        return true;
    }
}
