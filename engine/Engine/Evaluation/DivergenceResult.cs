namespace Engine.Evaluation;

/// <summary>A value and how far it may be off: its standard error, positions taken as independent.</summary>
/// <param name="Value">The value.</param>
/// <param name="StandardError">Its standard error.</param>
public readonly record struct Estimate(double Value, double StandardError);

/// <summary>How far a model's predictions lie from those of a base model, over the same positions of a text.</summary>
public sealed record DivergenceResult
{
    /// <summary>Positions compared.</summary>
    public required long Positions { get; init; }

    /// <summary>Mean Kullback-Leibler divergence of the model from the base, in nats.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard error of <see cref="Mean"/>, positions taken as independent.</summary>
    public required double StandardError { get; init; }

    /// <summary>The divergence that half of the positions stay below.</summary>
    public required double Median { get; init; }

    /// <summary>The divergence that 90% of the positions stay below.</summary>
    public required double Percentile90 { get; init; }

    /// <summary>The divergence that 95% of the positions stay below.</summary>
    public required double Percentile95 { get; init; }

    /// <summary>The divergence that 99% of the positions stay below.</summary>
    public required double Percentile99 { get; init; }

    /// <summary>The divergence that 99.9% of the positions stay below.</summary>
    public required double Percentile999 { get; init; }

    /// <summary>The largest divergence.</summary>
    public required double Maximum { get; init; }

    /// <summary>Share of positions where both put the same token first, 0 to 1.</summary>
    public required double SameTop { get; init; }

    /// <summary>Standard error of <see cref="SameTop"/>.</summary>
    public required double SameTopError { get; init; }

    /// <summary>Root of the mean squared difference between the probabilities that both give the token that follows, 0 to 1.</summary>
    public required Estimate ProbabilityRms { get; init; }

    /// <summary>The model's perplexity.</summary>
    public required PerplexityResult Model { get; init; }

    /// <summary>The base's perplexity.</summary>
    public required PerplexityResult Base { get; init; }

    /// <summary>The model's perplexity over the base's. Both err alike, so this is far surer than either.</summary>
    public required Estimate PerplexityRatio { get; init; }
}
