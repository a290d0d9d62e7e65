using Engine.Formats;
using Engine.Kernels;

namespace Engine.Models;

/// <summary>A model's sizes and constants, read from its file's metadata and checked.</summary>
public sealed record Config
{
    /// <summary>The family.</summary>
    public required Descriptor Family { get; init; }

    /// <summary>The model's name, if the file has one.</summary>
    public string? Name { get; init; }

    /// <summary>Value of general.architecture.</summary>
    public string Architecture => Family.Architecture;

    /// <summary>Length of the rows that flow from layer to layer.</summary>
    public required int Width { get; init; }

    /// <summary>Tokens in the embedding, and logits of a position; the tokenizer may know fewer.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens of context that the model was trained for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The layers, from the input on.</summary>
    public required IReadOnlyList<LayerConfig> Layers { get; init; }

    /// <summary>Elements of a head's query or key.</summary>
    public required int KeySize { get; init; }

    /// <summary>Elements of a head's value.</summary>
    public required int ValueSize { get; init; }

    /// <summary>Added to the mean square or variance in norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Factor of the attention's dot products.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Cap of the attention scores, 0: none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>Factor of the embedding.</summary>
    public float EmbeddingScale { get; init; } = 1f;

    /// <summary>Factor of what attention and feed-forward network add.</summary>
    public float ResidualScale { get; init; } = 1f;

    /// <summary>Factor of the logits.</summary>
    public float LogitScale { get; init; } = 1f;

    /// <summary>Cap of the logits, 0: none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>RoPE of the layers without a window; null: none.</summary>
    public RopeConfig? Rope { get; init; }

    /// <summary>RoPE of the layers with a window; null: none.</summary>
    public RopeConfig? WindowRope { get; init; }

    /// <summary>Whether attention and feed-forward network read the same input.</summary>
    public bool Parallel { get; init; }

    /// <summary>The experts; null: none.</summary>
    public MixtureConfig? Mixture { get; init; }

    /// <summary>Multi-head latent attention; null: none.</summary>
    public LatentConfig? Latent { get; init; }

    /// <summary>Whether a token sees only what stands before it.</summary>
    public bool Causal { get; init; } = true;

    /// <summary>How an encoder makes one vector of a text.</summary>
    public Pooling Pooling { get; init; }

    /// <summary>What each layer keeps of a token in a session's cache.</summary>
    public IReadOnlyList<KvLayerShape> CacheShapes =>
        [.. Layers.Select(layer => new KvLayerShape(layer.KeyValueHeads, KeySize, ValueSize))];

    /// <summary>Reads and checks a model's metadata; the weights are not touched.</summary>
    /// <exception cref="ModelFormatException">An architecture that is not supported, a missing key, or a value that cannot be.</exception>
    public static Config Read(IModelSource source) => ConfigReader.Read(source);

    /// <summary>Bytes of the cache of a session that holds so many tokens.</summary>
    /// <param name="tokens">At least 1.</param>
    /// <param name="options">The numbers to keep; null for the defaults.</param>
    /// <exception cref="ArgumentException">A type that the cache does not keep, or one that the size of a head cannot take.</exception>
    public long CacheBytes(int tokens, KvCacheOptions? options = null)
    {
        using var cache = new KvCache(CacheShapes, tokens, options);
        return cache.BlockCapacity * cache.BlockBytes;
    }
}

/// <summary>One layer's sizes.</summary>
public sealed record LayerConfig
{
    /// <summary>Query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Heads of the keys and values that are cached.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Inner size of the feed-forward network (of each expert where the layer has experts).</summary>
    public required int FeedForward { get; init; }

    /// <summary>Tokens that a token sees, itself included; 0: all before it.</summary>
    public int Window { get; init; }

    /// <summary>Whether queries and keys are turned by RoPE.</summary>
    public bool HasRope { get; init; }

    /// <summary>Whether the layer has experts.</summary>
    public bool HasExperts { get; init; }
}

/// <summary>The experts of a mixture.</summary>
public sealed record MixtureConfig
{
    /// <summary>How tokens are routed; its selection bias is the layers' own.</summary>
    public required RoutingRule Rule { get; init; }

    /// <summary>Inner size of the network that every token passes beside its experts; 0: none.</summary>
    public int SharedFeedForward { get; init; }
}

/// <summary>Multi-head latent attention (DeepSeek-AI, 2024): keys and values come from one small vector per token.</summary>
public sealed record LatentConfig
{
    /// <summary>Size of the vector behind the queries; 0: queries come from the layer's input.</summary>
    public int QueryRank { get; init; }

    /// <summary>Size of the vector behind keys and values.</summary>
    public required int KeyValueRank { get; init; }

    /// <summary>Elements of a key that RoPE turns and all heads share.</summary>
    public required int RopeSize { get; init; }
}

/// <summary>How one vector is made of the hidden states of a text's tokens.</summary>
public enum Pooling
{
    /// <summary>Not at all: the model has no rule for it.</summary>
    None = 0,

    /// <summary>The mean over all tokens.</summary>
    Mean = 1,

    /// <summary>The first token, [CLS].</summary>
    Cls = 2,

    /// <summary>The last token.</summary>
    Last = 3,
}
