namespace Engine.Evaluation;

/// <summary>Where a divergence takes the base model's distributions from: a running model or a file.</summary>
internal abstract class BaseDistributions
{
    /// <summary>Logits of a position.</summary>
    internal abstract int VocabularySize { get; }

    /// <summary>
    /// Whether rows are log-probabilities of which some are missing: then nothing may be scaled so that the rest adds up to 1.
    /// </summary>
    internal abstract bool AreCut { get; }

    /// <summary>Begins a window.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="window">Its tokens.</param>
    /// <param name="firstScored">Position of the first prediction that is scored.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    internal abstract void Begin(int index, ReadOnlySpan<int> window, int firstScored, CancellationToken cancellationToken);

    /// <summary>The distributions after the next tokens of the window.</summary>
    /// <param name="tokens">Some tokens, which follow those read before.</param>
    /// <param name="next">For each of them the token that comes after it.</param>
    /// <param name="rows">Logits of each position, in any scale; -infinity for what is ruled out. Written.</param>
    /// <param name="losses">Negative log-probability of each next token. Written.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    internal abstract void Read(
        ReadOnlySpan<int> tokens, ReadOnlySpan<int> next, Span<float> rows, Span<double> losses, CancellationToken cancellationToken);
}
