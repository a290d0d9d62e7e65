using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// The search for a super-block of 256: whole multiples for its groups and what they are multiples of. First each group alone, then the
/// steps, then both in turns: least squares for the steps, neighbours of the multiples, until neither gains.
/// </summary>
internal abstract class SuperBlockSearch
{
    private const int Size = 256;

    private readonly Multiples[] _best;
    private readonly Multiples[] _trial;
    private readonly Vector256<float>[] _errors;
    private readonly Vector256<float>[] _trialErrors;
    private readonly Vector256<float> _lowest;
    private readonly Vector256<float> _highest;

    /// <summary>Makes a search for one layout.</summary>
    /// <param name="groupSize">Weights per group.</param>
    /// <param name="lowestScale">The lowest multiple.</param>
    /// <param name="highestScale">The highest.</param>
    /// <param name="effort">How long to search.</param>
    protected SuperBlockSearch(int groupSize, int lowestScale, int highestScale, SearchEffort effort)
    {
        int eights = Size / groupSize / EightGroups.Lanes;
        Groups = [.. Enumerable.Range(0, eights).Select(_ => new EightGroups(groupSize))];
        (LowestScale, HighestScale, Effort) = (lowestScale, highestScale, effort);
        (_lowest, _highest) = (Vector256.Create((float)lowestScale), Vector256.Create((float)highestScale));
        (_best, _trial) = (new Multiples[eights], new Multiples[eights]);
        (_errors, _trialErrors) = (new Vector256<float>[eights], new Vector256<float>[eights]);
        (Targets, Curvatures) = (new Vector256<float>[eights], new Vector256<float>[eights]);
        ScaleTries = effort.ScaleTries(Math.Max(highestScale, -lowestScale));
    }

    /// <summary>The steps, in units of the loaded values.</summary>
    public Steps Steps { get; private set; }

    /// <summary>The groups, eight at a time.</summary>
    protected EightGroups[] Groups { get; }

    /// <summary>What the groups have found.</summary>
    protected ReadOnlySpan<Multiples> Best => _best;

    /// <summary>How long to search.</summary>
    protected SearchEffort Effort { get; }

    /// <summary>The lowest multiple.</summary>
    protected int LowestScale { get; }

    /// <summary>The highest multiple.</summary>
    protected int HighestScale { get; }

    /// <summary>The power of two that the values were multiplied by.</summary>
    protected float Unit { get; private set; }

    /// <summary>Changes of s and m that are tried; the opposite ones as well.</summary>
    protected abstract IReadOnlyList<(int S, int M)> Neighbours { get; }

    /// <summary>Scratch: numbers that a step is sought for.</summary>
    protected Vector256<float>[] Targets { get; }

    /// <summary>Scratch: what a deviation from each of them costs.</summary>
    protected Vector256<float>[] Curvatures { get; }

    private float[] ScaleTries { get; }

    /// <summary>Searches.</summary>
    /// <param name="values">The 256 weights.</param>
    /// <param name="weights">What their squared errors count.</param>
    /// <param name="unit">A power of two that brings the values near 1.</param>
    public void Search(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        Unit = unit;
        int each = Size / Groups.Length;
        for (int i = 0; i < Groups.Length; i++)
        {
            Groups[i].Load(values.Slice(i * each, each), weights.Slice(i * each, each), unit);
            Fit(i);
        }
        Steps = Start(_best);
        for (int i = 0; i < _best.Length; i++) _errors[i] = Error(i, _best[i].S * Steps.D, _best[i].M * Steps.DMin);
        Descend();
        foreach (float factor in Effort.Restarts) Restart(factor);
        if (Plain(_trial) is { } plain) Offer(plain, _trial, isEnough: true);
    }

    /// <summary>Writes the number of every weight's level.</summary>
    protected void WriteCodes(Span<byte> codes)
    {
        int each = Size / Groups.Length;
        for (int i = 0; i < Groups.Length; i++) WriteCodes(i, _best[i].S * Steps.D, _best[i].M * Steps.DMin, codes.Slice(i * each, each));
    }

    /// <summary>Searches eight groups, each alone, unconstrained by the precision in which scales are stored.</summary>
    protected abstract void Fit(int eight);

    /// <summary>The steps and the multiples to begin with.</summary>
    protected abstract Steps Start(Span<Multiples> multiples);

    /// <summary>The steps that fit the present codes and multiples best; null where these determine none.</summary>
    protected abstract Steps? Solve();

    /// <summary>
    /// Steps and multiples of plain rounding, taken where they are no worse: among several exact choices (a constant, a spike) the search
    /// knows no difference, but the rounding of their steps makes one. Null where a type needs none.
    /// </summary>
    protected virtual Steps? Plain(Span<Multiples> multiples) => null;

    /// <summary>The errors of eight groups with the nearest codes.</summary>
    protected abstract Vector256<float> Error(int eight, Vector256<float> scale, Vector256<float> minimum);

    /// <summary>The errors of two choices of scales and minimums.</summary>
    protected abstract void Errors(
        int eight, Vector256<float> scale1, Vector256<float> minimum1, Vector256<float> scale2, Vector256<float> minimum2,
        out Vector256<float> error1, out Vector256<float> error2);

    /// <summary>Writes the numbers of eight groups' levels.</summary>
    protected abstract void WriteCodes(int eight, Vector256<float> scale, Vector256<float> minimum, Span<byte> codes);

    /// <summary>The step for the <see cref="Targets"/>.</summary>
    protected float ChooseStep() => ScaleStep.Choose(Targets, Curvatures, LowestScale, HighestScale, ScaleTries, Unit);

    /// <summary>The step that can be stored.</summary>
    protected float ToHalf(double step) => ScaleStep.ToHalf((float)step, Unit);

    /// <summary>The nearest multiples of a step.</summary>
    protected Vector256<float> Multiple(Vector256<float> value, float step) =>
        Grid.Round(value * (step == 0 ? 0 : 1 / step), _lowest, _highest);

    private void Descend()
    {
        for (int i = 0; i < Effort.Rounds; i++)
        {
            bool moved = Solve() is { } solved && solved != Steps && Offer(solved, _best);
            moved |= TryNeighbours();
            if (!moved) break;
        }
    }

    /// <summary>Descends from another step of the scales; comes back where that leads to no less.</summary>
    private void Restart(float factor)
    {
        Steps before = Steps;
        Multiples[] best = [.. _best];
        Vector256<float>[] errors = [.. _errors];
        Steps = before with { D = ToHalf(before.D * factor) };
        for (int i = 0; i < _best.Length; i++)
        {
            _best[i] = best[i] with { S = Multiple(best[i].S * before.D, Steps.D) };
            _errors[i] = Error(i, _best[i].S * Steps.D, _best[i].M * Steps.DMin);
        }
        Descend();
        if (Total(_errors) < Total(errors)) return;
        Steps = before;
        best.CopyTo(_best, 0);
        errors.CopyTo(_errors, 0);
    }

    private double Total(Vector256<float>[] errors)
    {
        double sum = 0;
        for (int i = 0; i < errors.Length; i++) sum += Vector256.Sum(errors[i] * Groups[i].Share);
        return sum;
    }

    /// <summary>Takes other steps and multiples if the error falls (or stays, if that is enough), rounding included.</summary>
    private bool Offer(Steps steps, Multiples[] multiples, bool isEnough = false)
    {
        for (int i = 0; i < multiples.Length; i++)
            _trialErrors[i] = Error(i, multiples[i].S * steps.D, multiples[i].M * steps.DMin);
        double before = Total(_errors), after = Total(_trialErrors);
        if (!(isEnough ? after <= before : after < before)) return false;
        Steps = steps;
        multiples.CopyTo(_best, 0);
        _trialErrors.CopyTo(_errors, 0);
        return true;
    }

    /// <summary>For each group the best of its multiples and what is a little more or less.</summary>
    private bool TryNeighbours()
    {
        bool moved = false;
        for (int i = 0; i < _best.Length; i++)
        {
            Multiples here = _best[i];
            foreach ((int ds, int dm) in Neighbours)
                moved |= Try(i, Moved(here, ds, dm), Moved(here, -ds, -dm));
            // The levels reach further on one side: the other sign may be as good and its multiple nearer.
            if (LowestScale < 0) moved |= Try(i, Moved(here with { S = -here.S }, 1, 0), Moved(here with { S = -here.S }, -1, 0));
        }
        return moved;
    }

    private bool Try(int i, Multiples one, Multiples other)
    {
        Errors(
            i, one.S * Steps.D, one.M * Steps.DMin, other.S * Steps.D, other.M * Steps.DMin,
            out Vector256<float> error1, out Vector256<float> error2);
        return Take(i, one, error1) | Take(i, other, error2);
    }

    private Multiples Moved(Multiples from, int ds, int dm) => new(Limited(from.S, ds), Limited(from.M, dm));

    private Vector256<float> Limited(Vector256<float> whole, int by) =>
        by == 0 ? whole : Vector256.MinNative(Vector256.MaxNative(whole + Vector256.Create((float)by), _lowest), _highest);

    private bool Take(int i, Multiples multiples, Vector256<float> error)
    {
        Vector256<float> better = Vector256.LessThan(error, _errors[i]);
        if (better == Vector256<float>.Zero) return false;
        _best[i] = new Multiples(
            Vector256.ConditionalSelect(better, multiples.S, _best[i].S), Vector256.ConditionalSelect(better, multiples.M, _best[i].M));
        _errors[i] = Vector256.ConditionalSelect(better, error, _errors[i]);
        return true;
    }
}
