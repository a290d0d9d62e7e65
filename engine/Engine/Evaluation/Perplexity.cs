using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Value">e to the mean negative log-likelihood of the scored tokens.</param>
/// <param name="StandardError">Standard error of <paramref name="Value"/>, tokens taken as independent.</param>
/// <param name="Windows">Windows evaluated so far.</param>
public readonly record struct PerplexityResult(double Value, double StandardError, int Windows);

/// <summary>Perplexity of a text in one of the usual conventions (<see cref="WindowConvention"/>).</summary>
public static class Perplexity
{
    /// <summary>Evaluates all windows.</summary>
    /// <param name="session">A session of the model, with a context of at least a window; what it holds is dropped.</param>
    /// <param name="windows">The text.</param>
    /// <param name="progress">Called after each window with the result so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The session's context is shorter than a window.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static PerplexityResult Measure(
        Session session, TokenWindows windows, Action<PerplexityResult>? progress = null, CancellationToken cancellationToken = default) =>
        Measure(session, windows, windows?.FirstScored ?? 0, save: null, progress, cancellationToken);

    /// <summary>Evaluates all windows, and saves the distribution at every scored position.</summary>
    /// <param name="session">A session of the model, with a context of at least a window; what it holds is dropped.</param>
    /// <param name="windows">The text.</param>
    /// <param name="save">Takes the distributions.</param>
    /// <param name="progress">Called after each window with the result so far; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The session's context is shorter than a window.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="IOException">The distributions could not be written.</exception>
    public static PerplexityResult Measure(
        Session session, TokenWindows windows, LogitFileWriter? save, Action<PerplexityResult>? progress = null,
        CancellationToken cancellationToken = default) =>
        Measure(session, windows, windows?.FirstScored ?? 0, save, progress, cancellationToken);

    /// <summary>
    /// Evaluates all windows and computes every row of every layer, also those of positions that are not scored: for whoever watches what
    /// the model's matrices are multiplied by.
    /// </summary>
    /// <inheritdoc cref="Measure(Session, TokenWindows, Action{PerplexityResult}?, CancellationToken)"/>
    public static PerplexityResult MeasureWhole(
        Session session, TokenWindows windows, Action<PerplexityResult>? progress = null, CancellationToken cancellationToken = default) =>
        Measure(session, windows, firstComputed: 0, save: null, progress, cancellationToken);

    private static PerplexityResult Measure(
        Session session, TokenWindows? windows, int firstComputed, LogitFileWriter? save, Action<PerplexityResult>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(windows);
        WindowReader.CheckContext(session, windows);
        int[] window = new int[windows.Length];
        var mean = new SampleMean();
        PerplexityResult result = default;
        // Of the last position nothing is scored; it is computed where whole windows are asked for.
        int end = firstComputed < windows.FirstScored ? windows.Length : windows.Length - 1;
        for (int index = 0; index < windows.Count; index++)
        {
            windows.CopyTo(index, window);
            WindowReader.ReadUnscored(session, window.AsSpan(0, firstComputed), cancellationToken);
            session.EvaluateAll(
                window.AsSpan(firstComputed, end - firstComputed),
                (position, logits) =>
                {
                    if (position < windows.FirstScored || position == windows.Length - 1) return;
                    save?.Add(logits);
                    mean.Add(Softmax.LogSumExp(logits) - logits[window[position + 1]]);
                },
                cancellationToken);
            result = Of(mean, index + 1);
            progress?.Invoke(result);
        }
        return result;
    }

    /// <summary>The perplexity that belongs to a mean negative log-likelihood; its error follows from the exponential's slope.</summary>
    internal static PerplexityResult Of(SampleMean mean, int windows)
    {
        double value = Math.Exp(mean.Mean);
        return new PerplexityResult(value, value * mean.StandardError, windows);
    }
}
