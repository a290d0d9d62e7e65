namespace Engine.Evaluation;

/// <summary>A base model's distributions from memory.</summary>
internal sealed class KeptBase(KeptPredictions kept) : BaseDistributions
{
    private int _window;
    private int _row;

    internal override int VocabularySize => kept.VocabularySize;

    internal override bool AreCut => false;

    internal override void Begin(int index, ReadOnlySpan<int> window, int firstScored, CancellationToken cancellationToken) =>
        (_window, _row) = (index, 0);

    internal override void Read(
        ReadOnlySpan<int> tokens, ReadOnlySpan<int> next, Span<float> rows, Span<double> losses, CancellationToken cancellationToken)
    {
        kept.CopyTo(_window, _row, rows, losses);
        _row += tokens.Length;
    }
}
