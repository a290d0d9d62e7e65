using Engine.Kernels;

namespace Engine.Models;

/// <summary>
/// The activations of one forward pass at a time, each of at most <see cref="Capacity"/> tokens. Layers of one shape share theirs.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private readonly Dictionary<(int, int), AttentionBuffers> _attention = [];
    private readonly Dictionary<int, Activation> _inner = [];
    private readonly Dictionary<int, MixtureBuffers> _mixtures = [];

    internal Workspace(Device device, Config config, Weights weights, int capacity, int outputCapacity)
    {
        Capacity = capacity;
        Hidden = device.CreateActivation(capacity, config.Width);
        Next = device.CreateActivation(capacity, config.Width);
        Normed = device.CreateActivation(capacity, config.Width);
        FeedInput = device.CreateActivation(capacity, config.Width);
        Attended = device.CreateActivation(capacity, config.Width);
        Fed = device.CreateActivation(capacity, config.Width);
        Branch = device.CreateActivation(capacity, config.Width);
        Logits = weights.Output.Length == 0 ? null : device.CreateActivation(outputCapacity, config.VocabularySize);
        CappedLogits = Logits is null ? null : device.CreateActivation(outputCapacity, config.VocabularySize);
        foreach (Layer layer in weights.Layers)
        {
            LayerConfig sizes = layer.Config;
            if (!_attention.ContainsKey((sizes.Heads, sizes.KeyValueHeads)))
            {
                _attention.Add((sizes.Heads, sizes.KeyValueHeads), new AttentionBuffers(device, config, sizes, capacity));
            }
            if (layer.FeedForward.Dense is { } dense && !_inner.ContainsKey(dense.Inner))
            {
                _inner.Add(dense.Inner, device.CreateActivation(capacity, dense.Inner));
            }
            if (layer.FeedForward.Experts is not null && !_mixtures.ContainsKey(sizes.FeedForward))
            {
                _mixtures.Add(sizes.FeedForward, new MixtureBuffers(device, config, config.Mixture!.Rule, capacity, sizes.FeedForward));
            }
        }
    }

    internal int Capacity { get; }

    /// <summary>The residual stream, and where its successor is written.</summary>
    internal Activation Hidden { get; private set; }

    internal Activation Next { get; private set; }

    internal Activation Normed { get; }

    internal Activation FeedInput { get; }

    internal Activation Attended { get; private set; }

    internal Activation Fed { get; }

    internal Activation Branch { get; private set; }

    internal Activation? Logits { get; }

    internal Activation? CappedLogits { get; }

    internal AttentionBuffers Attention(LayerConfig layer) => _attention[(layer.Heads, layer.KeyValueHeads)];

    /// <summary>What a feed-forward network has between its two halves.</summary>
    internal Activation Inner(DenseWeights weights) => _inner[weights.Inner];

    internal MixtureBuffers Mixture(LayerConfig layer) => _mixtures[layer.FeedForward];

    /// <summary>What was written to <see cref="Next"/> becomes the residual stream.</summary>
    internal void Advance() => (Hidden, Next) = (Next, Hidden);

    /// <summary>Keeps some rows of the residual stream and of what attention computed.</summary>
    internal void KeepRows(Device device, ReadOnlySpan<int> rows)
    {
        device.Select(Hidden, rows, Next);
        Advance();
        device.Select(Attended, rows, Branch);
        (Attended, Branch) = (Branch, Attended);
    }

    public void Dispose()
    {
        foreach (Activation? activation in (Activation?[])[Hidden, Next, Normed, FeedInput, Attended, Fed, Branch, Logits, CappedLogits])
        {
            activation?.Dispose();
        }
        foreach (AttentionBuffers buffers in _attention.Values) buffers.Dispose();
        foreach (Activation inner in _inner.Values) inner.Dispose();
        foreach (MixtureBuffers buffers in _mixtures.Values) buffers.Dispose();
    }
}

/// <summary>The activations of attention.</summary>
internal sealed class AttentionBuffers : IDisposable
{
    internal AttentionBuffers(Device device, Config config, LayerConfig layer, int capacity)
    {
        int queries = layer.Heads * config.KeySize, keys = layer.KeyValueHeads * config.KeySize;
        Queries = device.CreateActivation(capacity, queries);
        NormedQueries = device.CreateActivation(capacity, queries);
        TurnedQueries = device.CreateActivation(capacity, queries);
        Keys = device.CreateActivation(capacity, keys);
        NormedKeys = device.CreateActivation(capacity, keys);
        TurnedKeys = device.CreateActivation(capacity, keys);
        Values = device.CreateActivation(capacity, layer.KeyValueHeads * config.ValueSize);
        Heads = device.CreateActivation(capacity, layer.Heads * config.ValueSize);
        QueryKeyValue = [Queries, Keys, Values];
        Latent = config.Latent is { } sizes ? new LatentBuffers(device, config, layer, sizes, this, capacity) : null;
    }

    internal Activation Queries { get; }

    internal Activation NormedQueries { get; }

    internal Activation TurnedQueries { get; }

    internal Activation Keys { get; }

    internal Activation NormedKeys { get; }

    internal Activation TurnedKeys { get; }

    internal Activation Values { get; }

    /// <summary>What each head attended to.</summary>
    internal Activation Heads { get; }

    internal Activation[] QueryKeyValue { get; }

    internal LatentBuffers? Latent { get; }

    public void Dispose()
    {
        Activation[] all = [Queries, NormedQueries, TurnedQueries, Keys, NormedKeys, TurnedKeys, Values, Heads];
        foreach (Activation activation in all)
        {
            activation.Dispose();
        }
        Latent?.Dispose();
    }
}

/// <summary>The activations of multi-head latent attention.</summary>
internal sealed class LatentBuffers : IDisposable
{
    internal LatentBuffers(Device device, Config config, LayerConfig layer, LatentConfig sizes, AttentionBuffers attention, int capacity)
    {
        int queryRank = Math.Max(1, sizes.QueryRank);
        CompressedQueries = device.CreateActivation(capacity, queryRank);
        NormedQueries = device.CreateActivation(capacity, queryRank);
        Compressed = device.CreateActivation(capacity, sizes.KeyValueRank);
        Normed = device.CreateActivation(capacity, sizes.KeyValueRank);
        SharedKey = device.CreateActivation(capacity, sizes.RopeSize);
        TurnedKey = device.CreateActivation(capacity, sizes.RopeSize);
        HeadKeys = device.CreateActivation(capacity, layer.Heads * (config.KeySize - sizes.RopeSize));
        Inputs = [sizes.QueryRank > 0 ? CompressedQueries : attention.Queries, Compressed, SharedKey];
        QueryUp = [attention.Queries];
        KeyValueUp = [HeadKeys, attention.Values];
    }

    internal Activation CompressedQueries { get; }

    internal Activation NormedQueries { get; }

    /// <summary>The vector behind keys and values.</summary>
    internal Activation Compressed { get; }

    internal Activation Normed { get; }

    /// <summary>The part of the keys that all heads share.</summary>
    internal Activation SharedKey { get; }

    internal Activation TurnedKey { get; }

    /// <summary>The part of the keys that each head has for itself.</summary>
    internal Activation HeadKeys { get; }

    internal Activation[] Inputs { get; }

    internal Activation[] QueryUp { get; }

    internal Activation[] KeyValueUp { get; }

    public void Dispose()
    {
        Activation[] all = [CompressedQueries, NormedQueries, Compressed, Normed, SharedKey, TurnedKey, HeadKeys];
        foreach (Activation activation in all)
        {
            activation.Dispose();
        }
    }
}

/// <summary>The activations of a router and its experts.</summary>
internal sealed class MixtureBuffers : IDisposable
{
    internal MixtureBuffers(Device device, Config config, RoutingRule rule, int capacity, int inner)
    {
        Scores = device.CreateActivation(capacity, rule.Experts);
        Routing = new Routing(capacity, rule);
        Experts = new ExpertBuffers(Math.Max(capacity, rule.Used), config.Width, inner);
        ScoresOnly = [Scores];
        Mixed = device.CreateActivation(capacity, config.Width);
        Shared = device.CreateActivation(capacity, config.Width);
    }

    internal Activation Scores { get; }

    internal Activation[] ScoresOnly { get; }

    internal Routing Routing { get; }

    internal ExpertBuffers Experts { get; }

    /// <summary>The experts' weighted sum.</summary>
    internal Activation Mixed { get; }

    /// <summary>The output of the network that every token passes.</summary>
    internal Activation Shared { get; }

    public void Dispose()
    {
        Scores.Dispose();
        Experts.Dispose();
        Mixed.Dispose();
        Shared.Dispose();
    }
}
