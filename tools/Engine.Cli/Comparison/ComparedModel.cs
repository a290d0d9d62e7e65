using Engine.Evaluation;

namespace Engine.Cli.Comparison;

/// <summary>One file in the table of <c>engine compare</c>.</summary>
internal sealed record ComparedModel
{
    /// <summary>Path of the file.</summary>
    public required string File { get; init; }

    /// <summary>Its method: the mix that it was quantized by, or the type of most of its weights.</summary>
    public required string Type { get; init; }

    /// <summary>Stored bits per weight, scales included.</summary>
    public required double BitsPerWeight { get; init; }

    /// <summary>Bytes of the file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of the weights and the cache of a window in memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Tokens per second of a prompt; null where speed was not asked for.</summary>
    public double? PromptSpeed { get; init; }

    /// <summary>Tokens per second of an answer; null where speed was not asked for.</summary>
    public double? DecodeSpeed { get; init; }

    /// <summary>The model's perplexity.</summary>
    public required PerplexityResult Perplexity { get; init; }

    /// <summary>How far it lies from the base; null for the base itself.</summary>
    public DivergenceResult? Divergence { get; init; }
}
