namespace Engine.Kernels;

/// <summary>How one layer attends.</summary>
public sealed record AttentionParameters
{
    /// <summary>Query heads: a multiple of the layer's KV heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Factor of the dot products, usually 1 / sqrt(KeySize).</summary>
    public required float Scale { get; init; }

    /// <summary>Scores s become c·tanh(s / c) (Gemma 2); 0: they stay.</summary>
    public float SoftCap { get; init; }

    /// <summary>A token sees itself and the Window - 1 tokens before it; 0: all before it.</summary>
    public int Window { get; init; }

    /// <summary>
    /// Whether a token sees only what stands before it. A model that is not causal (BERT) sees the whole sequence, up to its last
    /// token in the batch.
    /// </summary>
    public bool Causal { get; init; } = true;

    /// <summary>Per query head a score that takes part in the softmax and has no value (GPT-OSS); null: none.</summary>
    public float[]? Sinks { get; init; }
}
