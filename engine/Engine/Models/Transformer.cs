using Engine.Kernels;

namespace Engine.Models;

/// <summary>Receives one row that a batch asked for.</summary>
/// <param name="token">Index of the token in the batch.</param>
/// <param name="row">Its logits, or of an encoder its hidden state; valid during the call.</param>
internal delegate void OutputReceiver(int token, ReadOnlySpan<float> row);

/// <summary>The forward pass of every family. What a family does not have, its weights and its config do not have.</summary>
internal sealed class Transformer : IDisposable
{
    // Logits computed at once: 16 rows of a vocabulary of 256,000.
    private const int MostLogits = 1 << 22;
    private const int MostOutputRows = 16;

    private readonly Device _device;
    private readonly Config _config;
    private readonly Weights _weights;
    private readonly Workspace _space;
    private readonly Rope? _rope;
    private readonly Rope? _windowRope;
    private readonly int[] _outputTokens;
    private readonly int[] _ascending;
    private readonly int[] _zeros;
    private readonly Activation[] _one = new Activation[1];
    private int _outputCount;

    internal Transformer(Device device, Config config, Weights weights, int capacity)
    {
        (_device, _config, _weights) = (device, config, weights);
        _space = new Workspace(device, config, weights, capacity, Math.Min(capacity, Math.Clamp(MostLogits / config.VocabularySize, 1, MostOutputRows)));
        _outputTokens = new int[capacity];
        _ascending = [.. Enumerable.Range(0, capacity)];
        _zeros = new int[capacity];
        if (config.Rope is not null)
        {
            _rope = new Rope(config.Rope, weights.RopeFactors, weights.LongRopeFactors, capacity);
            _windowRope = config.WindowRope == config.Rope
                ? _rope
                : new Rope(config.WindowRope!, weights.RopeFactors, weights.LongRopeFactors, capacity);
        }
    }

    /// <summary>The most tokens of a batch.</summary>
    internal int Capacity => _space.Capacity;

    /// <summary>Computes a batch; keys and values of its tokens are in the cache afterwards.</summary>
    /// <param name="batch">The tokens; room for them is reserved in their sequences.</param>
    /// <param name="receive">Called for every token that wants output, in order.</param>
    internal void Forward(Batch batch, OutputReceiver receive)
    {
        Embed(batch);
        PrepareRope(batch);
        ListOutputs(batch);
        for (int index = 0; index < _weights.Layers.Length; index++)
        {
            Layer layer = _weights.Layers[index];
            Activation input = Normalize(_space.Hidden, layer.AttentionNorm, _space.Normed);
            Attend(layer, index, batch, input, _space.Attended);
            if (index == _weights.Layers.Length - 1)
            {
                // What follows the last attention matters for the wanted rows alone.
                if (_outputCount == 0) return;
                input = KeepWantedRows(input);
            }
            Activation attended = Normalize(_space.Attended, layer.PostAttentionNorm, _space.Branch);
            if (layer.Parallel)
            {
                Activation feedInput = layer.FeedForwardNorm is { } norm ? Normalize(_space.Hidden, norm, _space.FeedInput) : input;
                FeedForward(layer, feedInput, _space.Fed);
                AddToStream(attended, norm: null);
                AddToStream(_space.Fed, norm: null);
            }
            else
            {
                AddToStream(attended, layer.AttentionResidualNorm);
                FeedForward(layer, Normalize(_space.Hidden, layer.FeedForwardNorm, _space.FeedInput), _space.Fed);
                AddToStream(Normalize(_space.Fed, layer.PostFeedForwardNorm, _space.Branch), layer.FeedForwardResidualNorm);
            }
        }
        Output(receive);
    }

    /// <summary>Frees the activations; device and weights stay.</summary>
    public void Dispose() => _space.Dispose();

    private void Embed(Batch batch)
    {
        _device.Embed(_weights.Embedding, batch.Ids, _config.EmbeddingScale, _space.Hidden);
        if (_weights.TokenTypes is { } types) AddRows(types, _zeros.AsSpan(0, batch.Count));
        if (_weights.PositionEmbedding is { } positions) AddRows(positions, batch.Positions);
        if (_weights.EmbeddingNorm is { } norm)
        {
            _device.Normalize(_space.Hidden, norm, _space.Next);
            _space.Advance();
        }
    }

    private void AddRows(Matrix table, ReadOnlySpan<int> rows)
    {
        _device.Embed(table, rows, 1f, _space.Branch);
        _device.Add(_space.Hidden, _space.Branch, 1f, _space.Next);
        _space.Advance();
    }

    private void PrepareRope(Batch batch)
    {
        _rope?.Prepare(batch);
        if (_windowRope != _rope) _windowRope!.Prepare(batch);
    }

    /// <summary>Adds what attention or feed-forward network computed to the residual stream; BERT normalises the sum.</summary>
    private void AddToStream(Activation branch, Norm? norm)
    {
        _device.Add(_space.Hidden, branch, _config.ResidualScale, _space.Next);
        _space.Advance();
        if (norm is null) return;
        _device.Normalize(_space.Hidden, norm, _space.Next);
        _space.Advance();
    }

    private void Attend(Layer layer, int index, Batch batch, Activation input, Activation output)
    {
        AttentionWeights weights = layer.Attention;
        AttentionBuffers buffers = _space.Attention(layer.Config);
        Rope? rope = !layer.Config.HasRope ? null : layer.Config.Window > 0 ? _windowRope : _rope;
        Activation queries, keys;
        if (weights.Latent is { } latent)
        {
            (queries, keys) = DecompressLatent(latent, buffers, layer.Config, input, rope!.Angles);
        }
        else
        {
            _device.Multiply(weights.QueryKeyValue, input, buffers.QueryKeyValue);
            queries = Turn(Normalize(buffers.Queries, weights.QueryNorm, buffers.NormedQueries), rope, buffers.TurnedQueries);
            keys = Turn(Normalize(buffers.Keys, weights.KeyNorm, buffers.NormedKeys), rope, buffers.TurnedKeys);
        }
        _device.Attend(batch, index, queries, keys, buffers.Values, weights.Parameters, buffers.Heads);
        Multiply(weights.Output, buffers.Heads, output);
    }

    /// <summary>
    /// Multi-head latent attention: one small vector per token is decompressed into every head's keys and values; RoPE turns a separate
    /// part of the queries, and one key that all heads share.
    /// </summary>
    private (Activation Queries, Activation Keys) DecompressLatent(
        LatentWeights weights, AttentionBuffers buffers, LayerConfig layer, Activation input, RopeAngles angles)
    {
        LatentBuffers latent = buffers.Latent!;
        _device.Multiply(weights.Inputs, input, latent.Inputs);
        if (weights.QueryNorm is { } queryNorm)
        {
            _device.Normalize(latent.CompressedQueries, queryNorm, latent.NormedQueries);
            _device.Multiply(weights.QueryUp, latent.NormedQueries, latent.QueryUp);
        }
        _device.Normalize(latent.Compressed, weights.KeyValueNorm, latent.Normed);
        _device.Multiply(weights.KeyValueUp, latent.Normed, latent.KeyValueUp);
        _device.Rotate(buffers.Queries, angles, _config.KeySize, _config.KeySize - angles.Dimensions, buffers.TurnedQueries);
        _device.Rotate(latent.SharedKey, angles, angles.Dimensions, 0, latent.TurnedKey);
        _device.JoinHeads(latent.HeadKeys, latent.TurnedKey, layer.Heads, buffers.Keys);
        return (buffers.TurnedQueries, buffers.Keys);
    }

    private void FeedForward(Layer layer, Activation input, Activation output)
    {
        FeedForwardWeights weights = layer.FeedForward;
        if (weights.Experts is not { } experts)
        {
            FeedForward(weights.Dense!, input, output);
            return;
        }
        MixtureBuffers buffers = _space.Mixture(layer.Config);
        _device.Multiply(weights.Router, input, buffers.ScoresOnly);
        _device.Route(buffers.Scores, weights.SelectionBias, buffers.Routing);
        if (weights.Dense is not { } shared)
        {
            _device.MixExperts(experts, buffers.Routing, input, buffers.Experts, output);
            return;
        }
        _device.MixExperts(experts, buffers.Routing, input, buffers.Experts, buffers.Mixed);
        FeedForward(shared, input, buffers.Shared);
        _device.Add(buffers.Mixed, buffers.Shared, 1f, output);
    }

    private void FeedForward(DenseWeights weights, Activation input, Activation output)
    {
        Activation inner = _space.Inner(weights);
        _device.MultiplyGated(weights.Inputs, weights.Function, input, inner);
        Multiply(weights.Down, inner, output);
    }

    private void ListOutputs(Batch batch)
    {
        _outputCount = 0;
        for (int token = 0; token < batch.Count; token++)
        {
            if (batch.WantsOutput[token]) _outputTokens[_outputCount++] = token;
        }
    }

    /// <summary>Keeps the wanted rows of the residual stream, of what attention computed, and of its input, which is returned.</summary>
    private Activation KeepWantedRows(Activation input)
    {
        ReadOnlySpan<int> wanted = _outputTokens.AsSpan(0, _outputCount);
        bool inputIsStream = input == _space.Hidden;
        _space.KeepRows(_device, wanted);
        if (inputIsStream) return _space.Hidden;
        _device.Select(input, wanted, _space.FeedInput);
        return _space.FeedInput;
    }

    /// <summary>Final norm and output matrix, in runs of a few rows.</summary>
    private void Output(OutputReceiver receive)
    {
        int most = _space.Logits?.Capacity ?? Capacity;
        for (int start = 0; start < _outputCount; start += most)
        {
            ReadOnlySpan<int> tokens = _outputTokens.AsSpan(start, Math.Min(most, _outputCount - start));
            _device.Select(_space.Hidden, _ascending.AsSpan(start, tokens.Length), _space.FeedInput);
            Activation output = Normalize(_space.FeedInput, _weights.OutputNorm, _space.Normed);
            if (_space.Logits is { } logits)
            {
                Multiply(_weights.Output, output, logits);
                output = logits;
                if (_config.LogitScale != 1f || _config.LogitSoftCap != 0f)
                {
                    _device.ScaleAndCap(logits, _config.LogitScale, _config.LogitSoftCap, _space.CappedLogits!);
                    output = _space.CappedLogits!;
                }
            }
            for (int row = 0; row < tokens.Length; row++) receive(tokens[row], output.Row(row));
        }
    }

    private Activation Normalize(Activation input, Norm? norm, Activation output)
    {
        if (norm is null) return input;
        _device.Normalize(input, norm, output);
        return output;
    }

    private Activation Turn(Activation input, Rope? rope, Activation output)
    {
        if (rope is null) return input;
        _device.Rotate(input, rope.Angles, _config.KeySize, 0, output);
        return output;
    }

    private void Multiply(Linear[] single, Activation input, Activation output)
    {
        _one[0] = output;
        _device.Multiply(single, input, _one);
    }
}
