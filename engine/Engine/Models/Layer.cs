using Engine.Kernels;

namespace Engine.Models;

/// <summary>One layer's weights. A norm that the family does not have is null.</summary>
internal sealed class Layer
{
    public required LayerConfig Config { get; init; }

    public Norm? AttentionNorm { get; init; }

    public required AttentionWeights Attention { get; init; }

    public Norm? PostAttentionNorm { get; init; }

    public Norm? AttentionResidualNorm { get; init; }

    public Norm? FeedForwardNorm { get; init; }

    public required FeedForwardWeights FeedForward { get; init; }

    public Norm? PostFeedForwardNorm { get; init; }

    public Norm? FeedForwardResidualNorm { get; init; }

    /// <summary>Whether attention and feed-forward network read the same input.</summary>
    public required bool Parallel { get; init; }
}

/// <summary>The weights of attention: either queries, keys and values from the layer's input, or the latent form.</summary>
internal sealed class AttentionWeights
{
    /// <summary>Queries, keys and values; empty in the latent form.</summary>
    public Linear[] QueryKeyValue { get; init; } = [];

    public LatentWeights? Latent { get; init; }

    public Norm? QueryNorm { get; init; }

    public Norm? KeyNorm { get; init; }

    public required Linear[] Output { get; init; }

    public required AttentionParameters Parameters { get; init; }
}

/// <summary>The weights of multi-head latent attention (DeepSeek-AI, 2024).</summary>
internal sealed class LatentWeights
{
    /// <summary>
    /// From the layer's input: the (compressed) queries, the compressed keys and values, the part of the keys that RoPE turns.
    /// </summary>
    public required Linear[] Inputs { get; init; }

    /// <summary>Norm of the compressed queries; null where queries are not compressed.</summary>
    public Norm? QueryNorm { get; init; }

    /// <summary>Decompresses queries; empty where they are not compressed.</summary>
    public Linear[] QueryUp { get; init; } = [];

    public required Norm KeyValueNorm { get; init; }

    /// <summary>Decompresses the part of the keys that RoPE does not turn, and the values.</summary>
    public required Linear[] KeyValueUp { get; init; }
}

/// <summary>The weights of the feed-forward network: a dense one, or a router with experts and perhaps a dense one beside them.</summary>
internal sealed class FeedForwardWeights
{
    /// <summary>The dense network, or the one that every token passes beside its experts; null: experts alone.</summary>
    public DenseWeights? Dense { get; init; }

    public Linear[] Router { get; init; } = [];

    /// <summary>Null: no experts.</summary>
    public ExpertGroup? Experts { get; init; }

    /// <summary>Added to an expert's gate value for the choice alone; null: nothing.</summary>
    public float[]? SelectionBias { get; init; }
}

/// <summary>The weights of a dense feed-forward network.</summary>
internal sealed class DenseWeights
{
    /// <summary>Gate and up projection, or the up projection alone where there is no gate.</summary>
    public required Linear[] Inputs { get; init; }

    public required Linear[] Down { get; init; }

    public required ActivationFunction Function { get; init; }

    public required int Inner { get; init; }
}
