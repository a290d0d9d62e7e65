namespace Engine.Evaluation;

/// <summary>What all measurements on windows do first.</summary>
internal static class WindowReader
{
    /// <summary>Refuses a session that a window does not fit.</summary>
    internal static void CheckContext(Session session, TokenWindows windows)
    {
        if (session.ContextLength < windows.Length)
        {
            throw new ArgumentException(
                $"The session's context holds {session.ContextLength} tokens, expected at least the {windows.Length} of a window.",
                nameof(session));
        }
    }

    /// <summary>Starts a window: what is not scored is only read, no logits but the last are computed.</summary>
    internal static void ReadUnscored(Session session, ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        session.Rewind(0);
        if (!tokens.IsEmpty) session.Evaluate(tokens, cancellationToken);
    }
}
