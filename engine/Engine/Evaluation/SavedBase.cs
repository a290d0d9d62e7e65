namespace Engine.Evaluation;

/// <summary>A base model's distributions from a file.</summary>
internal sealed class SavedBase(LogitFile file) : BaseDistributions
{
    private int _window;
    private int _row;

    internal override int VocabularySize => file.VocabularySize;

    internal override bool AreCut => true;

    internal override void Begin(int index, ReadOnlySpan<int> window, int firstScored, CancellationToken cancellationToken) =>
        (_window, _row) = (index, 0);

    internal override void Read(
        ReadOnlySpan<int> tokens, ReadOnlySpan<int> next, Span<float> rows, Span<double> losses, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int i = 0; i < tokens.Length; i++, _row++)
        {
            Span<float> row = rows.Slice(i * file.VocabularySize, file.VocabularySize);
            file.ReadRow(_window, _row, row);
            losses[i] = -row[next[i]];
            // The file cuts off what lies 16 below the likeliest; taken for probabilities, these thousands would add up.
            foreach (ref float value in row)
            {
                if (value <= -LogitFile.Range) value = float.NegativeInfinity;
            }
        }
    }
}
