namespace Engine.Quantization.Imatrix;

/// <summary>
/// What the inputs of one tensor looked like: per column the sum of their squares, and over how many rows. A stack of experts has a set of
/// sums for each expert, because each sees other tokens.
/// </summary>
public sealed class ImportanceEntry
{
    private readonly double[] _sums;
    private readonly long[] _counts;

    /// <summary>Makes an entry of what has been added up.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="sums">Sums of squares, matrix after matrix: finite and not negative. The entry owns the array.</param>
    /// <param name="counts">Rows that each matrix has seen, at least one value; their number divides that of the sums. Owned, too.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together, or a value is out of its range.</exception>
    public ImportanceEntry(string name, double[] sums, long[] counts)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Length == 0 || sums.Length == 0 || sums.Length % counts.Length != 0)
            throw new ArgumentException($"{name}: {sums.Length} sums for {counts.Length} counts.", nameof(sums));
        if (Array.Exists(sums, sum => !(sum >= 0 && double.IsFinite(sum))))
            throw new ArgumentException($"{name}: a sum of squares that is negative or not finite.", nameof(sums));
        if (Array.Exists(counts, count => count < 0)) throw new ArgumentException($"{name}: a negative count.", nameof(counts));
        (Name, _sums, _counts) = (name, sums, counts);
    }

    /// <summary>The tensor's name, as in <c>blk.0.attn_q.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Sums of squares, matrix after matrix.</summary>
    public ReadOnlySpan<double> Sums => _sums;

    /// <summary>Rows that each matrix has seen.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Matrices with sums of their own: the experts of a stack, else 1.</summary>
    public int Matrices => _counts.Length;

    /// <summary>Sums of one matrix. An old file gives a stack of experts as one long matrix.</summary>
    public int Columns => _sums.Length / _counts.Length;

    /// <summary>Matrices that have seen no row: experts to which no token was routed.</summary>
    public int Unseen => _counts.Count(count => count == 0);

    /// <summary>
    /// The weights of a quantizer: per column the mean square of its inputs, matrix after matrix. An expert that has seen nothing gets the
    /// mean square over all rows that the other experts have seen, since they read the same kind of input; where none has seen any,
    /// every column weighs 1.
    /// </summary>
    public float[] MeanSquares()
    {
        var means = new float[_sums.Length];
        for (int matrix = 0; matrix < Matrices; matrix++)
        {
            Span<float> target = means.AsSpan(matrix * Columns, Columns);
            if (_counts[matrix] == 0)
            {
                Fallback(target);
                continue;
            }
            for (int column = 0; column < target.Length; column++)
                target[column] = (float)(_sums[matrix * Columns + column] / _counts[matrix]);
        }
        return means;
    }

    /// <summary>What both entries have seen, added up.</summary>
    /// <param name="other">An entry of the same tensor.</param>
    /// <exception cref="ArgumentException">It has another number of sums or of matrices.</exception>
    internal ImportanceEntry Plus(ImportanceEntry other)
    {
        if (other._sums.Length != _sums.Length || other.Matrices != Matrices)
        {
            throw new ArgumentException(
                $"{Name}: {other.Matrices} x {other.Columns} sums cannot be added to {Matrices} x {Columns}.", nameof(other));
        }
        return new ImportanceEntry(
            Name, [.. _sums.Zip(other._sums, (a, b) => a + b)], [.. _counts.Zip(other._counts, (a, b) => a + b)]);
    }

    private void Fallback(Span<float> target)
    {
        long rows = _counts.Sum();
        if (rows == 0)
        {
            target.Fill(1f);
            return;
        }
        for (int column = 0; column < target.Length; column++)
        {
            double sum = 0;
            for (int matrix = 0; matrix < Matrices; matrix++) sum += _sums[matrix * Columns + column];
            target[column] = (float)(sum / rows);
        }
    }
}
