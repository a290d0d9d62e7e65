using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Gptq;

/// <summary>
/// Quantizes a few rows at a time, which depend on no other. Errors are carried within a block of columns at once, to the columns after it
/// when the block is done. One thread's buffers.
/// </summary>
internal sealed class RowSweep
{
    /// <summary>Rows that are swept together, so that a row of the factor is read once for all of them.</summary>
    public const int Rows = 8;

    private const int BlockColumns = 128;

    private readonly double[]? _factor;
    private readonly ColumnOrder _order;
    private readonly double[] _diagonal;
    private readonly GptqOptions _options;
    private readonly int _columns;
    private readonly double[] _weights;
    private readonly double[] _errors = new double[Rows * BlockColumns];
    private readonly GroupGrid[] _grids;

    /// <summary>Makes the buffers.</summary>
    /// <param name="factor">U in the columns' order; null for plain rounding.</param>
    /// <param name="order">The columns.</param>
    /// <param name="diagonal">The Hessian's, undamped, in the columns' own order.</param>
    /// <param name="options">How.</param>
    public RowSweep(double[]? factor, ColumnOrder order, double[] diagonal, GptqOptions options)
    {
        (_factor, _order, _diagonal, _options) = (factor, order, diagonal, options);
        _columns = order.Columns.Length;
        _weights = new double[Rows * _columns];
        _grids = new GroupGrid[Rows * (_columns / order.GroupSize)];
    }

    /// <summary>Quantizes rows into a result and returns their loss.</summary>
    public double Run(ReadOnlySpan<float> weights, int first, int count, GptqResult result)
    {
        Load(weights.Slice(first * _columns, count * _columns), count);
        bool atOnce = _options.StaticGroups || !_order.GroupsAreRuns;
        if (atOnce) FindGrids(weights.Slice(first * _columns, count * _columns), count);
        double loss = 0;
        for (int start = 0; start < _columns;)
        {
            int end = BlockEnd(start);
            for (int row = 0; row < count; row++)
                loss += SweepBlock(row, start, end, !atOnce, result.Codes.AsSpan((first + row) * _columns, _columns));
            if (_factor is not null) CarryOn(start, end, count);
            start = end;
        }
        Store(first, count, result);
        return loss;
    }

    /// <summary>A block never ends within a group that begins in it, unless it begins with that group: the group's weights are up to date.</summary>
    private int BlockEnd(int start)
    {
        int size = _order.GroupSize;
        if (size > BlockColumns) return Math.Min(start + BlockColumns, (start / size + 1) * size);
        return Math.Min(start + BlockColumns / size * size, _columns);
    }

    private void Load(ReadOnlySpan<float> weights, int count)
    {
        for (int row = 0; row < count; row++)
        {
            for (int place = 0; place < _columns; place++)
            {
                int column = _order.Columns[place];
                // A dead column's weight means nothing.
                _weights[row * _columns + place] = _diagonal[column] == 0 && _factor is not null ? 0 : weights[row * _columns + column];
            }
        }
    }

    /// <summary>The grids of all groups, from the weights as they were, in the columns' own order.</summary>
    private void FindGrids(ReadOnlySpan<float> weights, int count)
    {
        int size = _order.GroupSize, groups = _columns / size;
        var group = new double[size];
        for (int i = 0; i < count * groups; i++)
        {
            for (int c = 0; c < size; c++) group[c] = weights[i * size + c];
            _grids[i] = GroupGrid.Find(group, _options);
        }
    }

    private double SweepBlock(int row, int start, int end, bool findGrids, Span<byte> codes)
    {
        Span<double> weights = _weights.AsSpan(row * _columns, _columns);
        int size = _order.GroupSize, groups = _columns / size;
        double loss = 0;
        for (int place = start; place < end; place++)
        {
            ref GroupGrid grid = ref _grids[row * groups + _order.Groups[place]];
            if (findGrids && place % size == 0) grid = GroupGrid.Find(weights.Slice(place, size), _options);
            int code = grid.Quantize(weights[place]);
            codes[_order.Columns[place]] = (byte)code;
            if (_factor is null) continue;
            int diagonal = place * _columns + place;
            double error = (weights[place] - grid.Dequantize(code)) / _factor[diagonal];
            loss += error * error / 2;
            _errors[row * BlockColumns + place - start] = error;
            InverseFactor.Subtract(_factor.AsSpan(diagonal + 1, end - place - 1), error, weights[(place + 1)..]);
        }
        return loss;
    }

    /// <summary>weights -= errors · U for the columns after a block.</summary>
    private void CarryOn(int start, int end, int count)
    {
        // Without all rows the last ones' errors are left over from before; nobody reads those weights.
        int place = end;
        for (; place <= _columns - Vector256<double>.Count; place += Vector256<double>.Count) CarryFour(start, end, place);
        for (; place < _columns; place++)
        {
            for (int row = 0; row < count; row++)
            {
                double weight = _weights[row * _columns + place];
                for (int i = start; i < end; i++)
                    weight = Math.FusedMultiplyAdd(-_errors[row * BlockColumns + i - start], _factor![i * _columns + place], weight);
                _weights[row * _columns + place] = weight;
            }
        }
    }

    private void CarryFour(int start, int end, int place)
    {
        ref double weights = ref MemoryMarshal.GetArrayDataReference(_weights);
        ref double factor = ref MemoryMarshal.GetArrayDataReference(_factor!);
        ref double errors = ref MemoryMarshal.GetArrayDataReference(_errors);
        nuint columns = (nuint)_columns, at = (nuint)place;
        Vector256<double> w0 = default, w1 = default, w2 = default, w3 = default, w4 = default, w5 = default, w6 = default, w7 = default;
        for (int i = start; i < end; i++)
        {
            Vector256<double> u = Vector256.LoadUnsafe(ref factor, (nuint)i * columns + at);
            ref double error = ref Unsafe.Add(ref errors, i - start);
            w0 = Add(ref error, 0, u, w0);
            w1 = Add(ref error, 1, u, w1);
            w2 = Add(ref error, 2, u, w2);
            w3 = Add(ref error, 3, u, w3);
            w4 = Add(ref error, 4, u, w4);
            w5 = Add(ref error, 5, u, w5);
            w6 = Add(ref error, 6, u, w6);
            w7 = Add(ref error, 7, u, w7);
        }
        Subtract(ref weights, at, w0);
        Subtract(ref weights, at + columns, w1);
        Subtract(ref weights, at + 2 * columns, w2);
        Subtract(ref weights, at + 3 * columns, w3);
        Subtract(ref weights, at + 4 * columns, w4);
        Subtract(ref weights, at + 5 * columns, w5);
        Subtract(ref weights, at + 6 * columns, w6);
        Subtract(ref weights, at + 7 * columns, w7);
    }

    private static Vector256<double> Add(ref double error, int row, Vector256<double> u, Vector256<double> sum) => Vector256.FusedMultiplyAdd(
        Vector256.Create(Unsafe.Add(ref error, row * BlockColumns)), u, sum);

    private static void Subtract(ref double weights, nuint at, Vector256<double> sum) =>
        (Vector256.LoadUnsafe(ref weights, at) - sum).StoreUnsafe(ref weights, at);

    private void Store(int first, int count, GptqResult result)
    {
        int groups = _columns / _order.GroupSize;
        for (int i = 0; i < count * groups; i++)
        {
            result.Scales[first * groups + i] = (float)_grids[i].Scale;
            result.Zeros[first * groups + i] = (byte)_grids[i].Zero;
        }
    }
}
