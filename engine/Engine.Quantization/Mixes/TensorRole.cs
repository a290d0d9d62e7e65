namespace Engine.Quantization.Mixes;

/// <summary>What a tensor does in its model, as far as the choice of its type depends on it.</summary>
public enum TensorRole
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>From hidden state to logits.</summary>
    Output,

    /// <summary>From token ids to hidden state; also the output where the model has none of its own.</summary>
    Embedding,

    /// <summary>The queries' projection.</summary>
    Query,

    /// <summary>The keys' projection.</summary>
    Key,

    /// <summary>The values' projection, alone or fused with others (Q, K and V together; MLA's K and V).</summary>
    Value,

    /// <summary>From the heads back to the hidden state.</summary>
    AttentionOutput,

    /// <summary>The feed-forward gate, of one expert or all.</summary>
    Gate,

    /// <summary>The feed-forward network's widening projection.</summary>
    Up,

    /// <summary>The feed-forward network's narrowing projection.</summary>
    Down,
}
