namespace Engine.Quantization.Imatrix;

/// <summary>
/// How the mean squared inputs of one tensor are spread: the figures of llama-imatrix --show-statistics. Experts that have seen nothing are
/// left out.
/// </summary>
public sealed record ImportanceStatistics
{
    // Below this mean square a column counts as idle.
    private const double Idle = 1e-5;

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Values: columns of all matrices that have seen something.</summary>
    public required int Count { get; init; }

    /// <summary>Their sum.</summary>
    public required double Total { get; init; }

    /// <summary>The smallest.</summary>
    public required double Minimum { get; init; }

    /// <summary>The largest.</summary>
    public required double Maximum { get; init; }

    /// <summary>Their mean.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation.</summary>
    public required double Deviation { get; init; }

    /// <summary>Share of the values above 1e-5, 0 to 1.</summary>
    public required double Active { get; init; }

    /// <summary>Entropy in bits of the values taken as a distribution (Shannon): log2 of the count where all are alike.</summary>
    public required double Entropy { get; init; }

    /// <summary>Entropy over its largest possible value, 0 to 1.</summary>
    public double NormalizedEntropy => Count > 1 ? Entropy / Math.Log2(Count) : 0;

    /// <summary>
    /// Share of values more than one deviation above the mean (the z-score distribution of "Layer-Wise Quantization", arXiv:2406.17415).
    /// </summary>
    public required double Outlying { get; init; }

    /// <summary>Cosine between its sums and those of the same tensor one layer before; null where there is none.</summary>
    public double? Similarity { get; init; }

    /// <summary>The statistics of every tensor that has seen something, ordered by name.</summary>
    public static IReadOnlyList<ImportanceStatistics> Of(ImportanceMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var entries = matrix.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        return [.. matrix.Entries.Where(entry => entry.Unseen < entry.Matrices).Select(entry => Of(entry) with
        {
            Similarity = PreviousLayer(entry.Name) is { } name && entries.TryGetValue(name, out ImportanceEntry? previous)
                && previous.Sums.Length == entry.Sums.Length
                    ? Cosine(entry.Sums, previous.Sums)
                    : null,
        })];
    }

    /// <summary>The layer that a tensor's name states, null for none.</summary>
    public static int? LayerOf(string name)
    {
        string[] parts = name.Split('.');
        return parts is ["blk", var layer, _, ..] && int.TryParse(layer, out int index) ? index : null;
    }

    private static ImportanceStatistics Of(ImportanceEntry entry)
    {
        var values = new List<double>();
        for (int matrix = 0; matrix < entry.Matrices; matrix++)
        {
            if (entry.Counts[matrix] == 0) continue;
            foreach (double sum in entry.Sums.Slice(matrix * entry.Columns, entry.Columns)) values.Add(sum / entry.Counts[matrix]);
        }
        double total = values.Sum(), mean = total / values.Count;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Count);
        return new ImportanceStatistics
        {
            Name = entry.Name,
            Count = values.Count,
            Total = total,
            Minimum = values.Min(),
            Maximum = values.Max(),
            Mean = mean,
            Deviation = deviation,
            Active = (double)values.Count(value => value > Idle) / values.Count,
            Entropy = total > 0 ? -values.Where(value => value > 0).Sum(value => value / total * Math.Log2(value / total)) : 0,
            Outlying = deviation > 0 ? (double)values.Count(value => value > mean + deviation) / values.Count : 0,
        };
    }

    private static string? PreviousLayer(string name)
    {
        if (LayerOf(name) is not { } layer || layer == 0) return null;
        string rest = name[(name.IndexOf('.', "blk.".Length) + 1)..];
        return $"blk.{layer - 1}.{rest}";
    }

    private static double Cosine(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double product = 0, leftSquares = 0, rightSquares = 0;
        for (int i = 0; i < left.Length; i++)
        {
            product += left[i] * right[i];
            leftSquares += left[i] * left[i];
            rightSquares += right[i] * right[i];
        }
        return leftSquares > 0 && rightSquares > 0 ? product / Math.Sqrt(leftSquares * rightSquares) : 0;
    }
}
