namespace Engine;

/// <summary>More tokens were to be evaluated than a session's context holds.</summary>
/// <param name="position">Tokens in the session.</param>
/// <param name="count">Tokens that were to be added.</param>
/// <param name="contextLength">The most tokens that the session holds.</param>
public sealed class ContextFullException(int position, int count, int contextLength) : InvalidOperationException(
    $"The context is full: {count} more tokens after {position} do not fit {contextLength}.")
{
    /// <summary>Tokens in the session.</summary>
    public int Position { get; } = position;

    /// <summary>Tokens that were to be added.</summary>
    public int Count { get; } = count;

    /// <summary>The most tokens that the session holds.</summary>
    public int ContextLength { get; } = contextLength;
}
