namespace Engine.Templates;

/// <summary>What a render may spend before it is stopped with a <see cref="TemplateException"/>.</summary>
/// <remarks>The defaults leave a conversation of a million tokens room and stop a runaway template within seconds.</remarks>
public sealed record TemplateLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static TemplateLimits Default { get; } = new();

    /// <summary>Statements and expressions evaluated, items visited and list items created, together.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>UTF-16 units of the output; no other string may be longer either.</summary>
    public int OutputCharacters { get; init; } = 1 << 24;

    /// <summary>UTF-16 units of all strings that the render creates, the ones it drops again included.</summary>
    public long TotalCharacters { get; init; } = 1L << 28;

    /// <summary>Macros and recursive loops that call one another. Python's own limit lies near 200.</summary>
    public int CallDepth { get; init; } = 200;

    /// <summary>Bits of an integer.</summary>
    public int IntegerBits { get; init; } = 1 << 17;
}
