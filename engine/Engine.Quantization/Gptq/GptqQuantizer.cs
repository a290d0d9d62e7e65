namespace Engine.Quantization.Gptq;

/// <summary>
/// GPTQ (Frantar et al., arXiv:2210.17323): columns are rounded one after another, and the columns still to come take over the error of
/// each, weighed by the inverse of the Hessian. Computed in doubles; the same result for any number of threads.
/// </summary>
public static class GptqQuantizer
{
    /// <summary>Quantizes a matrix.</summary>
    /// <param name="weights">[rows, columns], row after row, finite.</param>
    /// <param name="columns">Inputs of the map.</param>
    /// <param name="hessian">[columns, columns], as <see cref="Hessian.ToArray"/> gives it.</param>
    /// <param name="options">How.</param>
    /// <param name="threads">How many threads work at most.</param>
    /// <param name="cancellationToken">Looked at between pieces of rows.</param>
    /// <exception cref="ArgumentException">Sizes that do not belong together, options out of range, a weight that is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static GptqResult Quantize(
        ReadOnlyMemory<float> weights, int columns, ReadOnlyMemory<double> hessian, GptqOptions options, int threads = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        options.Check(columns);
        if (weights.Length % columns != 0)
            throw new ArgumentException($"{weights.Length} weights are no whole rows of {columns}.", nameof(weights));
        if (hessian.Length != (long)columns * columns)
            throw new ArgumentException($"A Hessian of {hessian.Length} elements for {columns} columns.", nameof(hessian));
        FiniteValues.Require(weights.Span, nameof(weights));

        double[] diagonal = Diagonal(hessian.Span, columns);
        ColumnOrder order = ColumnOrder.Of(diagonal, options);
        (double[]? factor, double damping) = Factor(hessian.Span, diagonal, order, options, threads);
        int rows = weights.Length / columns, groups = columns / order.GroupSize;
        var result = new GptqResult(
            new byte[rows * columns], new float[rows * groups], new byte[rows * groups], GroupOfColumn(order), order.Columns, 0, damping);
        int pieces = (rows + RowSweep.Rows - 1) / RowSweep.Rows;
        var losses = new double[pieces];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(
            0, pieces, parallel, () => new RowSweep(factor, order, diagonal, options),
            (piece, _, sweep) =>
            {
                int first = piece * RowSweep.Rows;
                losses[piece] = sweep.Run(weights.Span, first, Math.Min(RowSweep.Rows, rows - first), result);
                return sweep;
            },
            _ => { });
        return result with { Loss = losses.Sum() };
    }

    private static double[] Diagonal(ReadOnlySpan<double> hessian, int columns)
    {
        var diagonal = new double[columns];
        for (int i = 0; i < columns; i++) diagonal[i] = hessian[i * columns + i];
        return diagonal;
    }

    private static int[] GroupOfColumn(ColumnOrder order)
    {
        var groups = new int[order.Columns.Length];
        for (int place = 0; place < groups.Length; place++) groups[order.Columns[place]] = order.Groups[place];
        return groups;
    }

    /// <summary>The factor of the damped Hessian in the columns' order; null and NaN where no damping helps.</summary>
    private static (double[]? Factor, double Damping) Factor(
        ReadOnlySpan<double> hessian, double[] diagonal, ColumnOrder order, GptqOptions options, int threads)
    {
        int n = diagonal.Length;
        var ordered = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<double> row = hessian.Slice(order.Columns[i] * n, n);
            for (int j = 0; j < n; j++) ordered[i * n + j] = row[order.Columns[j]];
            // A dead column: no input ever came through it.
            if (ordered[i * n + i] == 0) ordered[i * n + i] = 1;
        }
        double mean = Mean(ordered, n);
        for (double damping = options.Damping; damping < 1; damping += options.DampingStep)
        {
            if (InverseFactor.Of(ordered, n, damping * mean, threads) is { } factor) return (factor, damping);
        }
        return (null, double.NaN);
    }

    private static double Mean(double[] matrix, int n)
    {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += matrix[i * n + i];
        return sum / n;
    }
}
