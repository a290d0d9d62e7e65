namespace Engine.Generation;

/// <summary>One step of a generation.</summary>
public sealed record GeneratedToken
{
    /// <summary>
    /// The token; a token that ends the answer is among them. -1 in a last element that no token belongs to: nothing was asked for, or the
    /// caller cancelled.
    /// </summary>
    public required int Id { get; init; }

    /// <summary>
    /// The text that became printable with this token: whole characters that can no longer be part of a stop string. Often empty or that of
    /// several tokens; all of them together are the answer.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>The token's log-probability in the model's own distribution; null where none was asked for.</summary>
    public float? LogProbability { get; init; }

    /// <summary>The most probable tokens in the model's own distribution, descending; empty where none were asked for.</summary>
    public IReadOnlyList<TokenLogProbability> TopLogProbabilities { get; init; } = [];

    /// <summary>Why generation ended, in the last element only.</summary>
    public FinishReason? Finish { get; init; }
}
