using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Grids;

/// <summary>
/// The search for a super-block of grid points. For a given step of the scales the best is known exactly: every group tries every scale,
/// every point the whole grid. So the search is one for the step alone: from many starts, each moved to the least-squares step of what it
/// chose until that gains nothing.
/// </summary>
internal sealed class GridSearch
{
    // Steps are tried from one that lets large values fall short of the largest scale down to where they are cut off. Three times as many,
    // and all of them followed, took a thousandth off the errors.
    private const float FirstTry = 1.4f, PerTry = 0.93f;
    private const int Tries = 20, MostTries = 64, Starts = 3, Rounds = 3;

    private static readonly float[] Fractions = Powers(FirstTry, PerTry, MostTries);

    private readonly GridShape _shape;
    private readonly GridPoints _points;
    private readonly float[] _costs = new float[MostTries];
    private readonly Vector256<float> _low;
    private readonly Vector256<float> _high;
    private readonly int _groups;
    private GridChoice _best;
    private GridChoice _trial;
    private float _unit;

    /// <summary>Makes a search.</summary>
    public GridSearch(GridShape shape)
    {
        _shape = shape;
        _points = new GridPoints(shape);
        _groups = 256 / shape.GroupSize;
        (_best, _trial) = (new GridChoice(_groups, _points.Count), new GridChoice(_groups, _points.Count));
        // Scales of three bits come twice.
        _low = Vector256.ConvertToSingle(Vector256<int>.Indices * 2) + Vector256<float>.One;
        _high = shape.HighestScale > 7 ? _low + Vector256.Create(16f) : _low;
    }

    /// <summary>Searches.</summary>
    /// <param name="values">256 values.</param>
    /// <param name="weights">What their squared errors count: finite, at least 0.</param>
    /// <param name="unit">A power of two that brings the largest magnitude near 1.</param>
    /// <param name="scales">Receives s of every group.</param>
    /// <param name="points">Receives the number of every point.</param>
    /// <param name="signs">Receives the signs of every point.</param>
    /// <returns>d, FP16.</returns>
    public ushort Search(
        ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit, Span<byte> scales, Span<ushort> points, Span<byte> signs)
    {
        _unit = unit;
        _points.Load(values, weights, unit);
        _best.SetZero(_points.SumOfSquares);
        int tries = TrySteps();
        for (int start = 0; start < Starts; start++)
        {
            int least = 0;
            for (int i = 1; i < tries; i++)
                if (_costs[i] < _costs[least]) least = i;
            if (!float.IsFinite(_costs[least])) break;
            Descend(StepOf(least));
            // The next start is not the same descent.
            _costs.AsSpan(Math.Max(0, least - 1)..Math.Min(tries, least + 2)).Fill(float.PositiveInfinity);
        }
        _best.Scales.CopyTo(scales);
        for (int point = 0; point < points.Length; point++) (points[point], signs[point]) = _points.Stored(_best, point);
        return ToHalf(_best.Step);
    }

    private float StepOf(int attempt) => Stored(_points.Reach * Fractions[attempt] / (2 * _shape.HighestScale + 1));

    private static float[] Powers(float first, float factor, int count)
    {
        var powers = new float[count];
        for (int i = 0; i < count; i++, first *= factor) powers[i] = first;
        return powers;
    }

    /// <summary>The costs of a range of steps, longer where the best is the last.</summary>
    private int TrySteps()
    {
        int least = 0, count = 0;
        for (; count < MostTries && (count < Tries || count < least + 4); count++)
        {
            float step = StepOf(count);
            _costs[count] = step > 0 && float.IsFinite(step) ? Cost(step) : float.PositiveInfinity;
            if (_costs[count] < _costs[least]) least = count;
        }
        return count;
    }

    private float Cost(float step)
    {
        float sum = 0;
        for (int group = 0; group < _groups; group++)
            sum += Least(group, step).Cost;
        return sum;
    }

    private void Descend(float step)
    {
        for (int round = 0; round < Rounds && step > 0 && float.IsFinite(step); round++)
        {
            Choose(step);
            float better = Stored(_trial.BetterStep);
            bool gained = _trial.Error < _best.Error;
            if (gained) (_best, _trial) = (_trial, _best);
            if (better == step || (!gained && round > 0)) break;
            step = better;
        }
    }

    /// <summary>The best scales and points for a step.</summary>
    private void Choose(float step)
    {
        double above = 0, below = 0, error = 0;
        int each = _points.Count / _groups;
        for (int group = 0; group < _groups; group++)
        {
            int scale = Least(group, step).Scale;
            int multiple = 2 * scale + 1;
            _trial.Scales[group] = (byte)scale;
            (double a, double b) = _points.Take(group, multiple * step, _trial);
            above += multiple * b / 2;
            below += (double)multiple * multiple * a;
            for (int point = group * each; point < (group + 1) * each; point++) error += _points.Error(_trial, point, multiple * step);
        }
        _trial.Step = step;
        _trial.Error = error;
        _trial.BetterStep = below > 0 ? (float)(above / below) : step;
    }

    /// <summary>The s at which a group costs least.</summary>
    private (float Cost, int Scale) Least(int group, float step)
    {
        (Vector256<float> first, Vector256<float> last) = _points.Costs(group, _low * step, _high * step);
        float least = LeastLane.Value(Vector256.MinNative(first, last));
        uint where = Vector256.Equals(first, Vector256.Create(least)).ExtractMostSignificantBits()
            | Vector256.Equals(last, Vector256.Create(least)).ExtractMostSignificantBits() << 8;
        return (least, BitOperations.TrailingZeroCount(where | 0x8000) & _shape.HighestScale);
    }

    /// <summary>The step in the file's units.</summary>
    private ushort ToHalf(float step) => Fp16.FromSingle(step / (_shape.Unit * _unit));

    /// <summary>The nearest step that can be stored.</summary>
    private float Stored(float step) => Fp16.ToSingle(ToHalf(step)) * _shape.Unit * _unit;
}
