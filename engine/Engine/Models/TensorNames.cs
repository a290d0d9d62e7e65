namespace Engine.Models;

/// <summary>
/// What a family calls its tensors: GGUF's names without ".weight" and ".bias". Those of a layer follow "blk.N.". Where several names
/// are given, the first that the file has is meant; none: the family has no such tensor.
/// </summary>
public sealed record TensorNames
{
    /// <summary>Token embedding, [vocabulary, width].</summary>
    public string Embedding { get; init; } = "token_embd";

    /// <summary>Learned position embedding, [context, width]; null: none.</summary>
    public string? PositionEmbedding { get; init; }

    /// <summary>Embedding of token types, of which row 0 is added to every token; null: none.</summary>
    public string? TokenTypes { get; init; }

    /// <summary>Norm of the embedding; null: none.</summary>
    public string? EmbeddingNorm { get; init; }

    /// <summary>Norm before the output matrix; null: none.</summary>
    public string? OutputNorm { get; init; } = "output_norm";

    /// <summary>Output matrix, [vocabulary, width]; the token embedding where the file has none.</summary>
    public string Output { get; init; } = "output";

    /// <summary>Norm before attention.</summary>
    public IReadOnlyList<string> AttentionNorm { get; init; } = ["attn_norm"];

    /// <summary>Norm of the attention's output, before it is added; null: none.</summary>
    public string? PostAttentionNorm { get; init; }

    /// <summary>Norm of the sum of residual and attention; null: none.</summary>
    public string? AttentionResidualNorm { get; init; }

    /// <summary>
    /// Norm before the feed-forward network. Where it names the tensor that the attention's norm has, both read the same normalised rows,
    /// and the block is parallel.
    /// </summary>
    public IReadOnlyList<string> FeedForwardNorm { get; init; } = ["ffn_norm"];

    /// <summary>Norm of the feed-forward network's output, before it is added; null: none.</summary>
    public string? PostFeedForwardNorm { get; init; }

    /// <summary>Norm of the sum of residual and feed-forward network; null: none.</summary>
    public string? FeedForwardResidualNorm { get; init; }
}
