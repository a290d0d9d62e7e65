namespace Engine.Templates;

/// <summary>How a chat template is rendered.</summary>
public sealed record TemplateOptions
{
    /// <summary>The options used where none are given.</summary>
    public static TemplateOptions Default { get; } = new();

    /// <summary>The time that <c>strftime_now</c> formats; null: the local time of the call.</summary>
    public DateTime? Now { get; init; }

    /// <summary>What the render may spend.</summary>
    public TemplateLimits Limits { get; init; } = TemplateLimits.Default;

    /// <summary>
    /// Whether to allow what transformers refuses and other runtimes allow, because templates use it: <c>list.append</c> and
    /// <c>list.pop</c>, the filter <c>from_json</c>, and a generator given to <c>tojson</c>. Without it a template fails exactly where it fails in transformers.
    /// </summary>
    public bool Lenient { get; init; }

    /// <summary>Stops the render with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
