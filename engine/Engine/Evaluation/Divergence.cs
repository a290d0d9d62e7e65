using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>
/// Kullback-Leibler divergence of a model from a base model (Kullback and Leibler, 1951): the sum of p (ln p - ln q) over the vocabulary,
/// p of the base and q of the model, at each scored position of a text. The base runs beside the model, so that no logits are stored or
/// rounded, or its distributions come from a file.
/// </summary>
public sealed class Divergence
{
    // Rows of the base that wait for the model's: enough for a batch, 12 MB with a vocabulary of 49,152.
    private const int Slice = 64;

    private readonly Session _model;
    private readonly BaseDistributions _base;
    private readonly int _vocabulary;
    private readonly float[] _rows;
    private readonly double[] _baseLosses = new double[Slice];
    private readonly float[] _terms;
    private readonly List<double> _divergences = [];
    private SampleMean _mean;
    private SampleMean _modelLoss;
    private SampleMean _baseLoss;
    private SampleMean _lossDifference;
    private SampleMean _squaredDifference;
    private long _sameTop;

    private Divergence(Session model, BaseDistributions baseDistributions)
    {
        int vocabulary = model.VocabularySize;
        if (baseDistributions.VocabularySize != vocabulary)
        {
            throw new ArgumentException(
                $"The base has a vocabulary of {baseDistributions.VocabularySize} tokens, expected the model's {vocabulary}.",
                nameof(baseDistributions));
        }
        (_model, _base, _vocabulary) = (model, baseDistributions, vocabulary);
        _rows = new float[Slice * vocabulary];
        _terms = new float[vocabulary];
    }

    /// <summary>Evaluates all windows with both models.</summary>
    /// <param name="model">A session of the model; what it holds is dropped.</param>
    /// <param name="baseModel">A session of the base, of another <see cref="Model"/> object; what it holds is dropped.</param>
    /// <param name="windows">The text.</param>
    /// <param name="progress">Called after each window with the windows done and the mean divergence so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">A session's context is shorter than a window, or the vocabularies differ in size.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DivergenceResult Measure(
        Session model, Session baseModel, TokenWindows windows, Action<int, double>? progress = null,
        CancellationToken cancellationToken = default) =>
        Measure(model, baseModel, windows, save: null, progress, cancellationToken);

    /// <summary>Evaluates all windows with both models and saves the base's distributions.</summary>
    /// <param name="model">A session of the model; what it holds is dropped.</param>
    /// <param name="baseModel">A session of the base, of another <see cref="Model"/> object; what it holds is dropped.</param>
    /// <param name="windows">The text.</param>
    /// <param name="save">Takes the base's distributions; null for none.</param>
    /// <param name="progress">Called after each window with the windows done and the mean divergence so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">A session's context is shorter than a window, or the vocabularies differ in size.</exception>
    /// <exception cref="IOException">The distributions could not be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DivergenceResult Measure(
        Session model, Session baseModel, TokenWindows windows, LogitFileWriter? save, Action<int, double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(baseModel);
        ArgumentNullException.ThrowIfNull(windows);
        WindowReader.CheckContext(baseModel, windows);
        return Measure(model, new RunningBase(baseModel, save), windows, progress, cancellationToken);
    }

    /// <summary>Evaluates windows of a file that holds the base's distributions.</summary>
    /// <param name="model">A session of the model; what it holds is dropped.</param>
    /// <param name="baseFile">The base's distributions.</param>
    /// <param name="windows">The file's text, or its beginning.</param>
    /// <param name="progress">Called after each window with the windows done and the mean divergence so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">
    /// The session's context is shorter than a window, the vocabularies differ in size, or the windows are not the file's.
    /// </exception>
    /// <exception cref="Engine.Formats.ModelFormatException">The file is malformed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DivergenceResult Measure(
        Session model, LogitFile baseFile, TokenWindows windows, Action<int, double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(baseFile);
        ArgumentNullException.ThrowIfNull(windows);
        if (windows.Length != baseFile.WindowLength || windows.Convention != WindowConvention.LlamaCpp
            || !baseFile.Tokens.StartsWith(windows.Tokens))
        {
            throw new ArgumentException($"The windows are not those of {baseFile.Path}.", nameof(windows));
        }
        return Measure(model, new SavedBase(baseFile), windows, progress, cancellationToken);
    }

    /// <summary>Evaluates the windows for which the base's predictions are kept in memory.</summary>
    /// <param name="model">A session of the model; what it holds is dropped.</param>
    /// <param name="basePredictions">The base's predictions.</param>
    /// <param name="progress">Called after each window with the windows done and the mean divergence so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The session's context is shorter than a window, or the vocabularies differ in size.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DivergenceResult Measure(
        Session model, KeptPredictions basePredictions, Action<int, double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(basePredictions);
        return Measure(model, new KeptBase(basePredictions), basePredictions.Windows, progress, cancellationToken);
    }

    private static DivergenceResult Measure(
        Session model, BaseDistributions baseDistributions, TokenWindows windows, Action<int, double>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        WindowReader.CheckContext(model, windows);
        var measurement = new Divergence(model, baseDistributions);
        int[] window = new int[windows.Length];
        for (int index = 0; index < windows.Count; index++)
        {
            windows.CopyTo(index, window);
            measurement.Add(index, window, windows.FirstScored, cancellationToken);
            progress?.Invoke(index + 1, measurement._mean.Mean);
        }
        return measurement.Result(windows.Count);
    }

    /// <summary>
    /// KL divergence in nats of the distribution with the logits <paramref name="model"/> from the one with the logits
    /// <paramref name="baseRow"/>.
    /// </summary>
    /// <param name="baseRow">Logits of the base.</param>
    /// <param name="model">Logits of the model, as many.</param>
    /// <param name="terms">Scratch, as long as the rows.</param>
    internal static double Of(ReadOnlySpan<float> baseRow, ReadOnlySpan<float> model, Span<float> terms)
    {
        float max = Softmax.Max(baseRow);
        double sum = Softmax.Exponentials(baseRow, max, terms);
        double logBase = max + Math.Log(sum);
        double divergence = WeightedDifference(terms, baseRow, model) / sum - logBase + Softmax.LogSumExp(model);
        // Two equal rows leave a rounding error of either sign.
        return Math.Max(0, divergence);
    }

    /// <summary>
    /// The part of the KL divergence that the log-probabilities <paramref name="baseRow"/> make up, of which the smallest are missing. What
    /// the missing ones would add is far less than what scaling the others up to a sum of 1 would.
    /// </summary>
    /// <param name="baseRow">Log-probabilities of the base, -infinity where they are missing.</param>
    /// <param name="model">Logits of the model, as many.</param>
    /// <param name="terms">Scratch, as long as the rows.</param>
    internal static double OfCut(ReadOnlySpan<float> baseRow, ReadOnlySpan<float> model, Span<float> terms)
    {
        double sum = Softmax.Exponentials(baseRow, max: 0, terms);
        return WeightedDifference(terms, baseRow, model) + sum * Softmax.LogSumExp(model);
    }

    private static double WeightedDifference(ReadOnlySpan<float> weights, ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref float w = ref MemoryMarshal.GetReference(weights);
        ref float a = ref MemoryMarshal.GetReference(left);
        ref float b = ref MemoryMarshal.GetReference(right);
        Vector256<double> sum = Vector256<double>.Zero;
        int i = 0;
        for (; i <= weights.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> weight = Vector256.LoadUnsafe(ref w, (nuint)i);
            Vector256<float> product = weight * (Vector256.LoadUnsafe(ref a, (nuint)i) - Vector256.LoadUnsafe(ref b, (nuint)i));
            // What the base rules out does not count, whatever the difference (infinity times zero is NaN).
            product = Vector256.ConditionalSelect(Vector256.Equals(weight, Vector256<float>.Zero), Vector256<float>.Zero, product);
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(product);
            sum += lower + upper;
        }
        double total = Vector256.Sum(sum);
        for (; i < weights.Length; i++)
        {
            if (weights[i] != 0) total += weights[i] * (left[i] - right[i]);
        }
        return total;
    }

    private void Add(int index, int[] window, int firstScored, CancellationToken cancellationToken)
    {
        _base.Begin(index, window, firstScored, cancellationToken);
        WindowReader.ReadUnscored(_model, window.AsSpan(0, firstScored), cancellationToken);
        int end = window.Length - 1;
        for (int start = firstScored; start < end; start += Slice)
        {
            int count = Math.Min(Slice, end - start), first = start;
            ReadOnlySpan<int> tokens = window.AsSpan(start, count), next = window.AsSpan(start + 1, count);
            _base.Read(tokens, next, _rows.AsSpan(0, count * _vocabulary), _baseLosses.AsSpan(0, count), cancellationToken);
            _model.EvaluateAll(tokens, (position, logits) => Score(position - first, logits, window[position + 1]), cancellationToken);
        }
    }

    private void Score(int index, ReadOnlySpan<float> row, int next)
    {
        Span<float> baseRow = _rows.AsSpan(index * _vocabulary, _vocabulary);
        double baseLoss = _baseLosses[index], loss = Softmax.LogSumExp(row) - row[next];
        double divergence = _base.AreCut ? OfCut(baseRow, row, _terms) : Of(baseRow, row, _terms);
        double difference = Math.Exp(-loss) - Math.Exp(-baseLoss);
        _divergences.Add(divergence);
        _mean.Add(divergence);
        _modelLoss.Add(loss);
        _baseLoss.Add(baseLoss);
        _lossDifference.Add(loss - baseLoss);
        _squaredDifference.Add(difference * difference);
        if (Softmax.IndexOfMax(baseRow) == Softmax.IndexOfMax(row)) _sameTop++;
    }

    private DivergenceResult Result(int windows)
    {
        _divergences.Sort();
        int count = _divergences.Count;
        double sameTop = (double)_sameTop / count, ratio = Math.Exp(_lossDifference.Mean), rms = Math.Sqrt(_squaredDifference.Mean);
        return new DivergenceResult
        {
            Positions = count,
            Mean = _mean.Mean,
            StandardError = _mean.StandardError,
            Median = Percentile(_divergences, 0.5),
            Percentile90 = Percentile(_divergences, 0.9),
            Percentile95 = Percentile(_divergences, 0.95),
            Percentile99 = Percentile(_divergences, 0.99),
            Percentile999 = Percentile(_divergences, 0.999),
            Maximum = _divergences[^1],
            SameTop = sameTop,
            SameTopError = Math.Sqrt(sameTop * (1 - sameTop) / Math.Max(1, count - 1)),
            // Errors of functions of a mean follow from their slopes.
            ProbabilityRms = new Estimate(rms, rms > 0 ? _squaredDifference.StandardError / (2 * rms) : 0),
            Model = Perplexity.Of(_modelLoss, windows),
            Base = Perplexity.Of(_baseLoss, windows),
            PerplexityRatio = new Estimate(ratio, ratio * _lossDifference.StandardError),
        };
    }

    /// <summary>The value below which a share of the sorted values lies, linear between neighbours.</summary>
    internal static double Percentile(List<double> sorted, double share)
    {
        double rank = share * (sorted.Count - 1);
        int below = (int)rank;
        if (below + 1 >= sorted.Count) return sorted[^1];
        return sorted[below] + (rank - below) * (sorted[below + 1] - sorted[below]);
    }
}
