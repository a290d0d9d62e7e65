namespace Engine.Templates;

/// <summary>A chat template could not be parsed or rendered.</summary>
public sealed class TemplateException : Exception
{
    internal TemplateException(string template, int line, string reason, bool raisedByTemplate = false, Exception? inner = null)
        : base($"{template}, line {line}: {reason}", inner)
    {
        Template = template;
        Line = line;
        Reason = reason;
        RaisedByTemplate = raisedByTemplate;
    }

    /// <summary>The name given to <see cref="ChatTemplate.Parse"/>.</summary>
    public string Template { get; }

    /// <summary>The line of the source, counted from 1.</summary>
    public int Line { get; }

    /// <summary>What went wrong; the template's own words where it called <c>raise_exception</c>.</summary>
    public string Reason { get; }

    /// <summary>Whether the template itself refused the conversation with <c>raise_exception</c>.</summary>
    public bool RaisedByTemplate { get; }
}
