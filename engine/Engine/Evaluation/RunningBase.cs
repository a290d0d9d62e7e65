using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>A base model that runs beside the other.</summary>
/// <param name="session">Its session; what it holds is dropped.</param>
/// <param name="save">Takes its distributions; null for none.</param>
internal sealed class RunningBase(Session session, LogitFileWriter? save) : BaseDistributions
{
    private float[] _rows = [];
    private double[] _losses = [];

    internal override int VocabularySize => session.VocabularySize;

    internal override bool AreCut => false;

    internal override void Begin(int index, ReadOnlySpan<int> window, int firstScored, CancellationToken cancellationToken) =>
        WindowReader.ReadUnscored(session, window[..firstScored], cancellationToken);

    internal override void Read(
        ReadOnlySpan<int> tokens, ReadOnlySpan<int> next, Span<float> rows, Span<double> losses, CancellationToken cancellationToken)
    {
        // Spans cannot be captured, so the receiver fills arrays.
        if (_rows.Length < rows.Length) (_rows, _losses) = (new float[rows.Length], new double[losses.Length]);
        int first = session.Position;
        int[] targets = next.ToArray();
        session.EvaluateAll(
            tokens,
            (position, logits) =>
            {
                int row = position - first;
                logits.CopyTo(_rows.AsSpan(row * logits.Length));
                _losses[row] = Softmax.LogSumExp(logits) - logits[targets[row]];
                save?.Add(logits);
            },
            cancellationToken);
        _rows.AsSpan(0, rows.Length).CopyTo(rows);
        _losses.AsSpan(0, losses.Length).CopyTo(losses);
    }
}
