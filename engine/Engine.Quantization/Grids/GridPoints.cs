using System.Numerics;
using System.Runtime.Intrinsics;
using Engine.Formats.Blocks;

namespace Engine.Quantization.Grids;

/// <summary>
/// The values of a super-block beside a grid: for every point and every way to choose its signs or its delta, the best of the grid at every
/// scale.
/// </summary>
internal sealed class GridPoints
{
    private const int Size = 256;

    private readonly GridShape _shape;
    private readonly GridLines _lines;
    private readonly Envelope[][] _envelopes;
    private readonly float[] _x = new float[Size];
    private readonly float[] _w = new float[Size];
    private readonly byte[] _signs;
    private readonly bool[] _isOdd;

    public GridPoints(GridShape shape)
    {
        _shape = shape;
        _lines = new GridLines(shape.Tables[0].Count);
        Count = Size / shape.PointSize;
        _envelopes = [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, Count).Select(_ => new Envelope()).ToArray())];
        _signs = new byte[Count];
        _isOdd = new bool[Count];
    }

    /// <summary>How many points there are.</summary>
    public int Count { get; }

    /// <summary>The scale that lets the largest magnitude meet the largest of the grid.</summary>
    public float Reach { get; private set; }

    /// <summary>What it costs to make all values zero.</summary>
    public double SumOfSquares { get; private set; }

    /// <summary>Loads a super-block.</summary>
    /// <param name="values">Its values.</param>
    /// <param name="weights">What their squared errors count: finite, at least 0.</param>
    /// <param name="unit">What the values are multiplied by.</param>
    public void Load(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        float largest = 0, heaviest = 0;
        for (int i = 0; i < Size; i++)
        {
            _x[i] = values[i] * unit;
            largest = MathF.Max(largest, MathF.Abs(_x[i]));
            heaviest = MathF.Max(heaviest, weights[i]);
        }
        // A column that counts nothing may hold anything; where none counts, all count the same.
        SumOfSquares = 0;
        for (int i = 0; i < Size; i++)
        {
            _w[i] = heaviest > 0 ? weights[i] / heaviest : 1;
            SumOfSquares += (double)_w[i] * _x[i] * _x[i];
        }
        if (_shape.HasSigns) TakeSigns();
        Reach = largest / _shape.Tables[0].Largest;

        // The largest scale stands well above what a group can use, for what the smallest multiple does to groups of small values.
        for (int point = 0; point < Count; point++)
        {
            for (int way = 0; way < 2; way++)
            {
                if (way == 1 && !HasSecondWay(point)) continue;
                ReadOnlySpan<float> x = Values(_x, point), w = Values(_w, point);
                GridTable table = _shape.Tables[_shape.Tables.Length == 1 ? 0 : way];
                table.Lines(x, w, IsFlipped(point, way), _lines.A, _lines.B);
                _envelopes[way][point].Build(_lines, Reach / 80, Reach * 2);
            }
        }
    }

    /// <summary>The costs of a group at eight scales and at eight more, less the sum of w x x.</summary>
    public (Vector256<float> First, Vector256<float> Last) Costs(int group, Vector256<float> first, Vector256<float> last)
    {
        int each = _shape.GroupSize / _shape.PointSize;
        Vector256<float> sum1 = default, sum2 = default;
        for (int point = group * each; point < (group + 1) * each; point += _shape.PointsPerUnit)
        {
            (Vector256<float> unit1, Vector256<float> unit2) = UnitCosts(0, point, first, last);
            if (HasSecondWay(point))
            {
                (Vector256<float> other1, Vector256<float> other2) = UnitCosts(1, point, first, last);
                (unit1, unit2) = (Vector256.MinNative(unit1, other1), Vector256.MinNative(unit2, other2));
            }
            sum1 += unit1;
            sum2 += unit2;
        }
        return (sum1, sum2);
    }

    /// <summary>Takes the best points of a group at a scale.</summary>
    /// <param name="group">The group.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="choice">Receives points and ways.</param>
    /// <returns>The sums of a and b of the points.</returns>
    public (double A, double B) Take(int group, float scale, GridChoice choice)
    {
        int each = _shape.GroupSize / _shape.PointSize;
        double sumA = 0, sumB = 0;
        for (int start = group * each; start < (group + 1) * each; start += _shape.PointsPerUnit)
        {
            byte way = 0;
            if (HasSecondWay(start))
            {
                var same = Vector256.Create(scale);
                way = UnitCosts(1, start, same, same).First[0] < UnitCosts(0, start, same, same).First[0] ? (byte)1 : (byte)0;
            }
            for (int point = start; point < start + _shape.PointsPerUnit; point++)
            {
                (choice.Points[point], float a, float b) = _envelopes[way][point].Best(scale);
                choice.Ways[point] = way;
                sumA += a;
                sumB += b;
            }
        }
        return (sumA, sumB);
    }

    /// <summary>The weighted squared error of a point at a scale.</summary>
    public double Error(GridChoice choice, int point, float scale)
    {
        GridTable table = Table(choice, point);
        int flipped = Flipped(choice, point);
        ReadOnlySpan<float> x = Values(_x, point), w = Values(_w, point);
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
        {
            double p = (double)scale * table[choice.Points[point], j];
            double off = j == flipped ? x[j] + p : x[j] - p;
            sum += w[j] * off * off;
        }
        return sum;
    }

    /// <summary>Number and signs of a point as the format has them.</summary>
    public (ushort Point, byte Signs) Stored(GridChoice choice, int point)
    {
        int number = choice.Points[point], flipped = Flipped(choice, point);
        if (_shape.HasSigns) return ((ushort)number, (byte)(flipped < 0 ? _signs[point] : _signs[point] ^ (1 << flipped)));
        if (_shape.SignRule == GridSigns.DeltaOfGroup) return ((ushort)number, choice.Ways[point]);
        int points = Table(choice, point).Count / 2;
        return ((ushort)(number % points), (byte)(number / points));
    }

    private static void Fold(ref float value, ref byte signs, int bit)
    {
        if (!(value < 0)) return;
        value = -value;
        signs |= (byte)(1 << bit);
    }

    /// <summary>Makes magnitudes of the values, and finds the units with an odd number of negative ones where that is not allowed.</summary>
    private void TakeSigns()
    {
        Array.Clear(_signs);
        for (int i = 0; i < Size; i++) Fold(ref _x[i], ref _signs[i / _shape.PointSize], i % _shape.PointSize);
        if (_shape.SignRule != GridSigns.Even) return;
        for (int start = 0; start < Count; start += _shape.PointsPerUnit)
        {
            int negative = 0;
            for (int i = 0; i < _shape.PointsPerUnit; i++) negative += BitOperations.PopCount(_signs[start + i]);
            for (int i = 0; i < _shape.PointsPerUnit; i++) _isOdd[start + i] = negative % 2 == 1;
        }
    }

    private (Vector256<float> First, Vector256<float> Last) UnitCosts(int way, int start, Vector256<float> first, Vector256<float> last)
    {
        Vector256<float> sum1 = default, sum2 = default;
        for (int point = start; point < start + _shape.PointsPerUnit; point++)
        {
            (Vector256<float> costs1, Vector256<float> costs2) = _envelopes[way][point].Costs(first, last);
            sum1 += costs1;
            sum2 += costs2;
        }
        return (sum1, sum2);
    }

    /// <summary>Two deltas, or two points of which one must give up a sign.</summary>
    private bool HasSecondWay(int point) =>
        _shape.SignRule == GridSigns.DeltaOfGroup || (_shape.PointsPerUnit == 2 && _isOdd[point]);

    /// <summary>Whether a value of the point is stored with the wrong sign: of a unit's points the first in way 0, the last in way 1.</summary>
    private bool IsFlipped(int point, int way) =>
        _shape.SignRule == GridSigns.Even && _isOdd[point] && point % _shape.PointsPerUnit == way;

    private int Flipped(GridChoice choice, int point)
    {
        if (!IsFlipped(point, choice.Ways[point])) return -1;
        GridTable table = Table(choice, point);
        ReadOnlySpan<float> x = Values(_x, point), w = Values(_w, point);
        int least = 0;
        for (int j = 1; j < x.Length; j++)
            if (w[j] * x[j] * table[choice.Points[point], j] < w[least] * x[least] * table[choice.Points[point], least]) least = j;
        return least;
    }

    private GridTable Table(GridChoice choice, int point) => _shape.Tables[_shape.Tables.Length == 1 ? 0 : choice.Ways[point]];

    private ReadOnlySpan<float> Values(float[] all, int point) => all.AsSpan(point * _shape.PointSize, _shape.PointSize);
}
