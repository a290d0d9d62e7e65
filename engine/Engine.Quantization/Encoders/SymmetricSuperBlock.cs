using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for a super-block without offsets: w = (d s) q, a signed whole number s per group of 16. First each group alone, then the
/// step d, then both in turns: least squares for the step, neighbours of s, until neither gains.
/// </summary>
internal sealed class SymmetricSuperBlock
{
    private const int GroupSize = 16;

    private readonly EightGroups[] _groups;
    private readonly SymmetricGroups[] _fits;
    private readonly int _scaleReach;
    private readonly Vector256<float>[] _s;
    private readonly Vector256<float>[] _errors;
    private readonly Vector256<float>[] _first;
    private readonly Vector256<float>[] _second;
    private readonly SearchEffort _effort;
    private readonly float[] _steps;
    private readonly float[] _tries;

    /// <summary>Makes a search for one layout.</summary>
    /// <param name="codeReach">Codes go from -codeReach to codeReach - 1.</param>
    /// <param name="scaleReach">Scales go from -scaleReach to scaleReach - 1.</param>
    /// <param name="effort">How long to search.</param>
    public SymmetricSuperBlock(int codeReach, int scaleReach, SearchEffort effort)
    {
        const int eights = 256 / GroupSize / EightGroups.Lanes;
        _groups = [.. Enumerable.Range(0, eights).Select(_ => new EightGroups(GroupSize))];
        _fits = [.. _groups.Select(eight => new SymmetricGroups(eight, -codeReach, codeReach - 1))];
        _scaleReach = scaleReach;
        (_s, _errors) = (new Vector256<float>[eights], new Vector256<float>[eights]);
        (_first, _second) = (new Vector256<float>[eights], new Vector256<float>[eights]);
        _effort = effort;
        _steps = effort.SymmetricSteps(-codeReach, codeReach - 1);
        _tries = effort.ScaleTries(scaleReach);
    }

    /// <summary>The step of the scales, in units of the loaded values.</summary>
    public float D { get; private set; }

    /// <inheritdoc cref="AffineSuperBlock.Search"/>
    public void Search(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        int each = values.Length / _groups.Length;
        for (int i = 0; i < _groups.Length; i++)
        {
            _groups[i].Load(values.Slice(i * each, each), weights.Slice(i * each, each), unit);
            _fits[i].Fit(_steps, _effort.Rounds);
            _first[i] = _fits[i].Scale;
            _second[i] = _fits[i].Sums(Grid.Inverse(_fits[i].Scale)).QQ * _groups[i].Share;
        }
        D = ScaleStep.Choose(_first, _second, -_scaleReach, _scaleReach - 1, _tries, unit);
        float inverse = D == 0 ? 0 : 1 / D;
        for (int i = 0; i < _fits.Length; i++)
        {
            _s[i] = Limited(Vector256.Round(_fits[i].Scale * inverse));
            _fits[i].Errors(_s[i] * D, _s[i] * D, out _errors[i], out _);
        }
        for (int i = 0; i < _effort.Rounds; i++)
        {
            bool moved = SolveStep(unit);
            moved |= TryNeighbours();
            if (!moved) break;
        }
    }

    /// <summary>Writes s of every group and q + reach of every weight.</summary>
    public void Write(Span<sbyte> scales, Span<byte> codes)
    {
        int each = codes.Length / _groups.Length;
        for (int i = 0; i < _groups.Length; i++)
        {
            for (int lane = 0; lane < EightGroups.Lanes; lane++) scales[i * EightGroups.Lanes + lane] = (sbyte)_s[i][lane];
            _fits[i].WriteCodes(_s[i] * D, codes.Slice(i * each, each));
        }
    }

    private bool SolveStep(float unit)
    {
        double ss = 0, sx = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            SymmetricSums sums = _fits[i].Sums(Grid.Inverse(_s[i] * D));
            Vector256<float> s = _s[i] * _groups[i].Share;
            ss += Vector256.Sum(s * _s[i] * sums.QQ);
            sx += Vector256.Sum(s * sums.XQ);
        }
        if (!(ss > 0)) return false;
        float d = ScaleStep.ToHalf((float)(sx / ss), unit);
        if (d == 0 || d == D) return false;
        double before = 0, after = 0;
        for (int i = 0; i < _fits.Length; i++)
        {
            _fits[i].Errors(_s[i] * d, _s[i] * d, out _first[i], out _);
            before += Vector256.Sum(_errors[i] * _groups[i].Share);
            after += Vector256.Sum(_first[i] * _groups[i].Share);
        }
        if (!(after < before)) return false;
        D = d;
        _first.CopyTo(_errors, 0);
        return true;
    }

    private bool TryNeighbours()
    {
        bool moved = false;
        for (int i = 0; i < _fits.Length; i++)
        {
            Vector256<float> s = _s[i];
            for (int distance = 1; distance <= _effort.ScaleNeighbours; distance++)
            {
                var by = Vector256.Create((float)distance);
                Vector256<float> more = Limited(s + by), less = Limited(s - by);
                _fits[i].Errors(more * D, less * D, out Vector256<float> error1, out Vector256<float> error2);
                moved |= Take(i, more, error1) | Take(i, less, error2);
            }
        }
        return moved;
    }

    private Vector256<float> Limited(Vector256<float> whole) => Vector256.MinNative(
        Vector256.MaxNative(whole, Vector256.Create((float)-_scaleReach)), Vector256.Create(_scaleReach - 1f));

    private bool Take(int i, Vector256<float> s, Vector256<float> error)
    {
        Vector256<float> better = Vector256.LessThan(error, _errors[i]);
        if (better == Vector256<float>.Zero) return false;
        _s[i] = Vector256.ConditionalSelect(better, s, _s[i]);
        _errors[i] = Vector256.ConditionalSelect(better, error, _errors[i]);
        return true;
    }
}
