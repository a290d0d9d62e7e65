using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Value">e to the mean negative log-likelihood of the scored tokens.</param>
/// <param name="StandardError">Standard error of <paramref name="Value"/>, tokens taken as independent.</param>
/// <param name="Windows">Windows evaluated so far.</param>
public readonly record struct PerplexityResult(double Value, double StandardError, int Windows);

/// <summary>Perplexity of a text, as llama.cpp's llama-perplexity measures it.</summary>
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
        Session session, TokenWindows windows, Action<PerplexityResult>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(windows);
        WindowReader.CheckContext(session, windows);
        int[] window = new int[windows.Length];
        var mean = new SampleMean();
        PerplexityResult result = default;
        for (int index = 0; index < windows.Count; index++)
        {
            windows.CopyTo(index, window);
            WindowReader.ReadUnscored(session, window.AsSpan(0, windows.FirstScored), cancellationToken);
            session.EvaluateAll(
                window.AsSpan(windows.FirstScored, windows.ScoredPerWindow),
                (position, logits) => mean.Add(Softmax.LogSumExp(logits) - logits[window[position + 1]]),
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
