using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>
/// A base model's predictions on some windows, kept in memory in full precision: for whoever measures many models against one base.
/// </summary>
public sealed class KeptPredictions
{
    private readonly float[][] _rows;
    private readonly double[][] _losses;

    private KeptPredictions(TokenWindows windows, int vocabulary)
    {
        (Windows, VocabularySize) = (windows, vocabulary);
        int scored = windows.ScoredPerWindow;
        _rows = [.. Enumerable.Range(0, windows.Count).Select(_ => new float[checked(scored * vocabulary)])];
        _losses = [.. Enumerable.Range(0, windows.Count).Select(_ => new double[scored])];
    }

    /// <summary>The text.</summary>
    public TokenWindows Windows { get; }

    /// <summary>Logits of a position.</summary>
    public int VocabularySize { get; }

    /// <summary>Bytes that the predictions of one window take.</summary>
    /// <param name="scored">Scored positions of the window.</param>
    /// <param name="vocabulary">Logits of a position.</param>
    public static long BytesPerWindow(int scored, int vocabulary) => (long)scored * vocabulary * sizeof(float);

    /// <summary>Evaluates all windows.</summary>
    /// <param name="session">A session of the base; what it holds is dropped.</param>
    /// <param name="windows">The text.</param>
    /// <param name="progress">Called after each window with the windows done; null for none.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The session's context is shorter than a window.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static KeptPredictions Measure(
        Session session, TokenWindows windows, Action<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(windows);
        WindowReader.CheckContext(session, windows);
        var kept = new KeptPredictions(windows, session.VocabularySize);
        int[] window = new int[windows.Length];
        int first = windows.FirstScored;
        for (int index = 0; index < windows.Count; index++)
        {
            windows.CopyTo(index, window);
            WindowReader.ReadUnscored(session, window.AsSpan(0, first), cancellationToken);
            float[] rows = kept._rows[index];
            double[] losses = kept._losses[index];
            session.EvaluateAll(
                window.AsSpan(first, windows.ScoredPerWindow),
                (position, logits) =>
                {
                    logits.CopyTo(rows.AsSpan((position - first) * logits.Length));
                    losses[position - first] = Softmax.LogSumExp(logits) - logits[window[position + 1]];
                },
                cancellationToken);
            progress?.Invoke(index + 1);
        }
        return kept;
    }

    /// <summary>The logits and losses of some scored positions of a window.</summary>
    internal void CopyTo(int window, int firstRow, Span<float> rows, Span<double> losses)
    {
        _rows[window].AsSpan(firstRow * VocabularySize, rows.Length).CopyTo(rows);
        _losses[window].AsSpan(firstRow, losses.Length).CopyTo(losses);
    }
}
