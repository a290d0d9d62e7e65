using Engine.Sampling;

namespace Engine.Generation;

/// <summary>What to generate and when to stop.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most rows of log-probabilities per token.</summary>
    public const int MaximumTopLogProbabilities = 1000;

    /// <summary>
    /// Most tokens to generate, at least 0; null sets no limit but the context. With 0 the prompt is evaluated, so that it is in the cache.
    /// </summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>
    /// Strings that end generation, none of them empty. They may begin and end within tokens. The text before one is handed out, it
    /// itself and what follows never.
    /// </summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Tokens that end generation, besides those by which the model says that its answer is complete.</summary>
    public IReadOnlyCollection<int> StopTokens { get; init; } = [];

    /// <summary>Goes on after the tokens by which the model says that its answer is complete.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>
    /// Computes log-probabilities: null for none, 0 for the token's own, n for the n most probable ones too (at most
    /// <see cref="MaximumTopLogProbabilities"/>). They are those of the model: ln softmax of its logits, before any sampler.
    /// </summary>
    public int? LogProbabilities { get; init; }

    /// <summary>What happens when the context is full.</summary>
    public ContextFullAction OnContextFull { get; init; }

    /// <summary>Tokens at the beginning that <see cref="ContextFullAction.Shift"/> keeps, at least 0: those of a system prompt.</summary>
    public int KeepTokens { get; init; }

    /// <summary>Prompt tokens evaluated between two looks at the cancellation token, at least 1.</summary>
    public int PrefillChunk { get; init; } = 512;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of the range that its documentation states; names the option.</exception>
    public void Validate()
    {
        Require(MaxTokens is null or >= 0, MaxTokens, "at least 0", nameof(MaxTokens));
        Require(LogProbabilities is null or (>= 0 and <= MaximumTopLogProbabilities), LogProbabilities,
            $"0 to {MaximumTopLogProbabilities}", nameof(LogProbabilities));
        Require(Enum.IsDefined(OnContextFull), (int)OnContextFull, "Stop or Shift", nameof(OnContextFull));
        Require(KeepTokens >= 0, KeepTokens, "at least 0", nameof(KeepTokens));
        Require(PrefillChunk > 0, PrefillChunk, "at least 1", nameof(PrefillChunk));
        if (StopStrings.Any(string.IsNullOrEmpty))
            throw new ArgumentException($"{nameof(StopStrings)} holds an empty string.", nameof(StopStrings));
        Sampling.Validate();
    }

    private static void Require(bool holds, int? value, string expected, string option)
    {
        if (!holds) throw new ArgumentException($"{option} is {value}, expected {expected}.", option);
    }
}
