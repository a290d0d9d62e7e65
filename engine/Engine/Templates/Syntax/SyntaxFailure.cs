namespace Engine.Templates;

/// <summary>The source is no valid template; the template's name is added where it is known.</summary>
internal sealed class SyntaxFailure(string message, int line) : Exception(message)
{
    public int Line { get; } = line;
}
