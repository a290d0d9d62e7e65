namespace Engine.Evaluation;

/// <summary>How far a model's predictions lie from those of a base model, over the same positions of a text.</summary>
public sealed record DivergenceResult
{
    /// <summary>Mean Kullback-Leibler divergence of the model from the base, in nats.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard error of <see cref="Mean"/>, positions taken as independent.</summary>
    public required double StandardError { get; init; }

    /// <summary>The divergence that 99% of the positions stay below.</summary>
    public required double Percentile99 { get; init; }

    /// <summary>The divergence that 99.9% of the positions stay below.</summary>
    public required double Percentile999 { get; init; }

    /// <summary>Share of positions where both put the same token first, 0 to 1.</summary>
    public required double SameTop { get; init; }

    /// <summary>The model's perplexity.</summary>
    public required PerplexityResult Model { get; init; }

    /// <summary>The base's perplexity.</summary>
    public required PerplexityResult Base { get; init; }
}
