namespace Engine.Quantization.Ptq;

/// <summary>Codes and the grids that give them meaning.</summary>
public sealed class QuantizedTensor
{
    private readonly sbyte[] _codes;
    private readonly byte[] _unsigned;
    private readonly QuantGrid[] _grids;
    private readonly int _rangeSize;
    private readonly int _rangesPerRow;

    /// <summary>Quantizes a matrix of weights or of activations.</summary>
    /// <param name="values">The values, row after row: finite.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="options">How.</param>
    /// <param name="importance">
    /// How much each column matters, one value per column and not negative: calibrated ranges (percentile and MSE) go by it. Empty for a
    /// quantizer that looks at the values alone.
    /// </param>
    /// <exception cref="ArgumentException">The lengths do not belong together, the options are contradictory, or a value is not finite.</exception>
    public QuantizedTensor(ReadOnlySpan<float> values, int columns, PtqOptions options, ReadOnlySpan<float> importance = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (values.Length % columns != 0) throw new ArgumentException($"{values.Length} values are no rows of {columns}.", nameof(values));
        if (!importance.IsEmpty && importance.Length != columns)
            throw new ArgumentException($"{importance.Length} importances for {columns} columns.", nameof(importance));
        FiniteValues.Require(values, nameof(values));
        Columns = columns;
        _rangeSize = options.Granularity switch
        {
            Granularity.Tensor => Math.Max(1, values.Length),
            Granularity.Group => Math.Min(columns, options.GroupSize),
            _ => columns,
        };
        _rangesPerRow = options.Granularity == Granularity.Tensor ? 0 : (columns + _rangeSize - 1) / _rangeSize;
        bool signed = options.Scheme != QuantScheme.Asymmetric;
        _codes = signed ? new sbyte[values.Length] : [];
        _unsigned = signed ? [] : new byte[values.Length];
        _grids = MakeGrids(values, importance, options);
        for (int i = 0; i < values.Length; i++)
        {
            int code = GridAt(i).Quantize(values[i]);
            if (signed) _codes[i] = (sbyte)code;
            else _unsigned[i] = (byte)code;
        }
    }

    /// <summary>Values of a row.</summary>
    public int Columns { get; }

    /// <summary>Number of values.</summary>
    public int Count => Math.Max(_codes.Length, _unsigned.Length);

    /// <summary>The grids, range after range.</summary>
    public IReadOnlyList<QuantGrid> Grids => _grids;

    /// <summary>The code of a value.</summary>
    public int this[int index] => _codes.Length > 0 ? _codes[index] : _unsigned[index];

    /// <summary>Writes the levels that stand for the values.</summary>
    /// <param name="values">As many as were quantized.</param>
    public void Dequantize(Span<float> values)
    {
        if (values.Length != Count) throw new ArgumentException($"Room for {values.Length} of {Count} values.", nameof(values));
        for (int i = 0; i < values.Length; i++) values[i] = GridAt(i).Dequantize(this[i]);
    }

    private QuantGrid GridAt(int index)
    {
        if (_rangesPerRow == 0) return _grids[0];
        (int row, int column) = Math.DivRem(index, Columns);
        return _grids[row * _rangesPerRow + column / _rangeSize];
    }

    private QuantGrid[] MakeGrids(ReadOnlySpan<float> values, ReadOnlySpan<float> importance, PtqOptions options)
    {
        if (values.IsEmpty) return [];
        if (_rangesPerRow == 0) return [GridOf(values, Repeat(importance, values.Length / Columns), options)];
        var grids = new QuantGrid[values.Length / Columns * _rangesPerRow];
        for (int i = 0; i < grids.Length; i++)
        {
            (int row, int range) = Math.DivRem(i, _rangesPerRow);
            int start = range * _rangeSize, count = Math.Min(_rangeSize, Columns - start);
            grids[i] = GridOf(
                values.Slice(row * Columns + start, count), importance.IsEmpty ? [] : importance.Slice(start, count), options);
        }
        return grids;
    }

    private static QuantGrid GridOf(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, PtqOptions options) =>
        QuantGrid.Of(options.Scheme, options.Bits, RangeFinder.Find(values, weights, options));

    private static float[] Repeat(ReadOnlySpan<float> row, int times)
    {
        var all = new float[row.Length * times];
        for (int i = 0; i < times; i++) row.CopyTo(all.AsSpan(i * row.Length));
        return all;
    }
}
