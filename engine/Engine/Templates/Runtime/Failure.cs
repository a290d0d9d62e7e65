namespace Engine.Templates;

/// <summary>A render failed; the template's name and the line are added where they are known.</summary>
internal sealed class Failure(string message, bool raisedByTemplate = false) : Exception(message)
{
    public bool RaisedByTemplate { get; } = raisedByTemplate;
}
