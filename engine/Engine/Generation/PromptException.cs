namespace Engine.Generation;

/// <summary>A prompt from which nothing can be generated: it is empty, longer than the context, or holds an id that is no token.</summary>
public sealed class PromptException : Exception
{
    /// <summary>Creates the exception with what was found and what was expected.</summary>
    public PromptException(string message)
        : base(message)
    {
    }
}
