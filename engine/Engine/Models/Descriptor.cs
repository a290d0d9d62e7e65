using Engine.Kernels;

namespace Engine.Models;

/// <summary>
/// A model family as data: what its tensors are called and which of the forward pass's variants it uses. Sizes are not here: those are in
/// each file's metadata (<see cref="Config"/>).
/// </summary>
public sealed record Descriptor
{
    /// <summary>Value of general.architecture, and the prefix of the family's metadata keys.</summary>
    public required string Architecture { get; init; }

    /// <summary>The models that use it, for people.</summary>
    public required string Models { get; init; }

    /// <summary>Names of the tensors.</summary>
    public TensorNames Names { get; init; } = new();

    /// <summary>Kind of all norms.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Biases that a file of the family must have; others are used where a file has them.</summary>
    public Biases Biases { get; init; }

    /// <summary>Whether a file must have an output matrix of its own.</summary>
    public bool RequiresOutput { get; init; }

    /// <summary>Whether attention and feed-forward network read the same input.</summary>
    public ParallelBlock Parallel { get; init; }

    /// <summary>Which elements RoPE turns together; null: the family has no RoPE.</summary>
    public RopeLayout? Rope { get; init; } = RopeLayout.NeoX;

    /// <summary>Key that switches RoPE off where it is false; null: none.</summary>
    public string? RopeSwitch { get; init; }

    /// <summary>Which layers have RoPE.</summary>
    public RopePlaces RopePlaces { get; init; }

    /// <summary>Norms of queries and keys.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; }

    /// <summary>Sliding-window attention.</summary>
    public WindowRule Window { get; init; } = new();

    /// <summary>Cap of the attention scores where a file has no key for it; 0: none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>Cap of the logits where a file has no key for it; 0: none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>
    /// Layer counts for which the attention's scale is 1 / √(width / heads) instead of 1 / √(key size): the one model of a family whose
    /// query_pre_attn_scalar differs, for which GGUF has no key (Gemma 2 and 3 27B).
    /// </summary>
    public IReadOnlyList<int> WidthScaledLayerCounts { get; init; } = [];

    /// <summary>Whether attention has sinks.</summary>
    public bool Sinks { get; init; }

    /// <summary>Whether the embedding is multiplied by √width (Gemma).</summary>
    public bool ScalesEmbedding { get; init; }

    /// <summary>Whether logits are divided by the file's logit scale (Granite) instead of multiplied by it (Cohere).</summary>
    public bool DividesLogits { get; init; }

    /// <summary>Function of the feed-forward network.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Silu;

    /// <summary>Whether the feed-forward network has a gate: f(gate) · up.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>How the router's scores become weights where a file has no key for it.</summary>
    public Gating Gating { get; init; }

    /// <summary>Whether the weights of the chosen experts are divided by their sum where a file has no key for it.</summary>
    public bool NormalizesExperts { get; init; }

    /// <summary>Whether attention is multi-head latent attention (DeepSeek-V2).</summary>
    public bool Latent { get; init; }

    /// <summary>Whether the model gives one vector per token or text instead of logits (BERT).</summary>
    public bool Encoder { get; init; }
}

/// <summary>Groups of bias tensors.</summary>
[Flags]
public enum Biases
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Of the query, key and value projections.</summary>
    Attention = 1,

    /// <summary>Of the attention's output projection.</summary>
    AttentionOutput = 2,

    /// <summary>Of the feed-forward network's projections.</summary>
    FeedForward = 4,

    /// <summary>Of the norms.</summary>
    Norm = 8,

    /// <summary>Of the output matrix.</summary>
    Output = 16,

    /// <summary>Of the router and of the experts.</summary>
    Experts = 32,
}

/// <summary>Whether x + attention(norm(x)) + feedForward(norm(x)) is computed instead of one after the other.</summary>
public enum ParallelBlock
{
    /// <summary>One after the other, unless both share a norm.</summary>
    Never,

    /// <summary>In parallel.</summary>
    Always,

    /// <summary>As the file's use_parallel_residual says.</summary>
    AsFileSays,
}

/// <summary>Which layers turn queries and keys by RoPE.</summary>
public enum RopePlaces
{
    /// <summary>All.</summary>
    AllLayers,

    /// <summary>All but every fourth (SmolLM3).</summary>
    AllButEveryFourth,

    /// <summary>Those with a sliding window (Cohere 2).</summary>
    WindowLayers,
}

/// <summary>Norms of queries and keys, before RoPE.</summary>
public enum QueryKeyNorm
{
    /// <summary>None.</summary>
    None,

    /// <summary>Each head by itself, one weight vector for all heads (Qwen3, Gemma 3).</summary>
    Heads,

    /// <summary>Each head by itself with weights of its own, where a file has them (StableLM 2 12B).</summary>
    OptionalOwnHeads,

    /// <summary>All heads together (OLMo 2).</summary>
    Whole,
}

/// <summary>Which layers see only a window of the tokens before them. A file without a window size has no windows.</summary>
public sealed record WindowRule
{
    /// <summary>Every so many layers the last one sees everything, where a file has no pattern; 0: all have windows.</summary>
    public int Period { get; init; }

    /// <summary>The window where a file has no key for it; 0: none.</summary>
    public int DefaultSize { get; init; }

    /// <summary>Whether window layers use RoPE without the file's scaling (Gemma 3, OLMo 3).</summary>
    public bool UnscaledRope { get; init; }

    /// <summary>Base of the window layers' RoPE where a file has no key for it; 0: that of the other layers.</summary>
    public float DefaultRopeBase { get; init; }
}
