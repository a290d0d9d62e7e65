using Engine.Evaluation;
using Engine.Formats;

namespace Engine.Quantization.Imatrix;

/// <summary>Measures an importance matrix: reads a text with a model and adds up the squares of what its matrices are multiplied by.</summary>
public sealed class ImportanceCollector
{
    private readonly Model _model;
    private readonly List<(ModelLinear Linear, SquareSums Sums)> _watched = [];

    private ImportanceCollector(Model model, bool withOutput)
    {
        _model = model;
        foreach (ModelLinear linear in model.Linears)
        {
            // Parts of a fused matrix read the same input: the first speaks for all.
            if (linear.FirstRow == 0 && IsWanted(linear.TensorName, withOutput)) _watched.Add((linear, new SquareSums(linear.Columns)));
        }
    }

    /// <summary>
    /// Reads all windows, each from a new beginning, and returns what the layers' matrices have seen, with the perplexity that came with
    /// it. The result has the same bits for any number of threads.
    /// </summary>
    /// <param name="model">The model; its weights should be those that are to be quantized, its observers are replaced meanwhile.</param>
    /// <param name="windows">The text; its length is that of a chunk.</param>
    /// <param name="dataset">The text's name, for the file.</param>
    /// <param name="withOutput">Whether to watch the output matrix, too, where the model has one of its own.</param>
    /// <param name="progress">Called after each window with the perplexity so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="NotSupportedException">The model is an encoder.</exception>
    /// <exception cref="ModelFormatException">An input is infinite or NaN: the weights are broken.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static (ImportanceMatrix Matrix, PerplexityResult Perplexity) Collect(
        Model model, TokenWindows windows, string dataset, bool withOutput = false, Action<PerplexityResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(windows);
        using Session session = model.CreateSession(new SessionOptions { ContextLength = windows.Length });
        var collector = new ImportanceCollector(model, withOutput);
        try
        {
            foreach ((ModelLinear linear, SquareSums sums) in collector._watched) linear.Observer = sums;
            // Every position is asked for, because what follows the last attention is computed for those alone.
            PerplexityResult perplexity = Perplexity.MeasureWhole(session, windows, progress, cancellationToken);
            return (collector.Matrix(windows, dataset), perplexity);
        }
        finally
        {
            foreach ((ModelLinear linear, _) in collector._watched) linear.Observer = null;
        }
    }

    private static bool IsWanted(string tensor, bool withOutput) =>
        tensor.StartsWith("blk.", StringComparison.Ordinal) || (withOutput && tensor == "output.weight");

    private ImportanceMatrix Matrix(TokenWindows windows, string dataset)
    {
        var entries = new List<ImportanceEntry>();
        foreach (var tensor in _watched.GroupBy(watched => watched.Linear.TensorName, StringComparer.Ordinal))
        {
            ModelLinear first = tensor.First().Linear;
            var sums = new double[(long)first.Matrices * first.Columns];
            var counts = new long[first.Matrices];
            foreach ((ModelLinear linear, SquareSums seen) in tensor)
            {
                for (int matrix = linear.Matrix; matrix < linear.Matrix + linear.MatrixCount; matrix++)
                {
                    seen.Sums.CopyTo(sums.AsSpan(matrix * first.Columns));
                    counts[matrix] = seen.Rows;
                }
            }
            if (Array.Exists(sums, sum => !double.IsFinite(sum)))
                throw new ModelFormatException(_model.Path, tensor.Key, "an input that is infinite or NaN", "finite inputs");
            entries.Add(new ImportanceEntry(tensor.Key, sums, counts));
        }
        return new ImportanceMatrix(_model.Path, entries, [dataset], windows.Count, windows.Length);
    }
}
