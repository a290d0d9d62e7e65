namespace Engine.Kernels;

/// <summary>How the router's scores become the experts' weights.</summary>
public enum Gating
{
    /// <summary>Softmax over all experts, then the best are taken.</summary>
    Softmax,

    /// <summary>A sigmoid for each expert (DeepSeek-V3).</summary>
    Sigmoid,

    /// <summary>The experts with the best scores are taken, then softmax over those alone (GPT-OSS).</summary>
    SoftmaxOfSelected,
}

/// <summary>The rule by which a mixture-of-experts layer routes a token.</summary>
public sealed record RoutingRule
{
    /// <summary>Number of experts.</summary>
    public required int Experts { get; init; }

    /// <summary>Experts that each token is sent to.</summary>
    public required int Used { get; init; }

    /// <summary>How scores become weights.</summary>
    public Gating Gating { get; init; }

    /// <summary>Whether the weights of the chosen experts are divided by their sum.</summary>
    public bool Normalize { get; init; }

    /// <summary>Factor of the weights, after any normalisation.</summary>
    public float Scale { get; init; } = 1f;

    /// <summary>Equal groups into which the experts fall; 1: no groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>
    /// Groups from which experts may be chosen. A group ranks by its best expert (DeepSeek-V2), under <see cref="Gating.Sigmoid"/> by
    /// the sum of its best two (DeepSeek-V3).
    /// </summary>
    public int GroupsUsed { get; init; } = 1;
}
