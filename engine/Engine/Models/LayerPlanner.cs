using Engine.Formats;
using Engine.Kernels;

namespace Engine.Models;

/// <summary>Loads the rows of a matrix.</summary>
internal delegate Matrix RowsLoader(ITensorData data, QuantType type, int rows, int columns);

/// <summary>Loads a matrix with what lies beside it, and registers it under its tensor's name.</summary>
internal delegate Linear LinearLoader(LinearPlan plan);

/// <summary>Checks one layer's tensors after the other.</summary>
internal sealed class LayerPlanner(Config config, TensorSource source, RowsLoader load, LinearLoader loadLinear)
{
    private readonly Descriptor _family = config.Family;

    private TensorNames Names => _family.Names;

    /// <summary>Checks a layer's tensors and returns what loads them.</summary>
    internal Func<Layer> Plan(int index)
    {
        LayerConfig layer = config.Layers[index];
        string prefix = $"blk.{index}.";
        string? attentionNorm = source.FirstPresent(Names.AttentionNorm, prefix);
        string? feedForwardNorm = source.FirstPresent(Names.FeedForwardNorm, prefix);
        bool shared = attentionNorm is not null && attentionNorm == feedForwardNorm;
        Norm? norm1 = PlanNorm(attentionNorm);
        Norm? norm2 = shared ? null : PlanNorm(feedForwardNorm);
        Norm? post1 = PlanNorm(InLayer(prefix, Names.PostAttentionNorm));
        Norm? post2 = PlanNorm(InLayer(prefix, Names.PostFeedForwardNorm));
        Norm? sum1 = PlanNorm(InLayer(prefix, Names.AttentionResidualNorm));
        Norm? sum2 = PlanNorm(InLayer(prefix, Names.FeedForwardResidualNorm));
        Func<AttentionWeights> attention = PlanAttention(prefix, layer);
        Func<FeedForwardWeights> feedForward = PlanFeedForward(prefix, layer);
        return () => new Layer
        {
            Config = layer,
            AttentionNorm = norm1,
            Attention = attention(),
            PostAttentionNorm = post1,
            AttentionResidualNorm = sum1,
            FeedForwardNorm = norm2,
            FeedForward = feedForward(),
            PostFeedForwardNorm = post2,
            FeedForwardResidualNorm = sum2,
            Parallel = config.Parallel || shared,
        };
    }

    private Func<AttentionWeights> PlanAttention(string prefix, LayerConfig layer)
    {
        int queries = layer.Heads * config.KeySize;
        int keys = layer.KeyValueHeads * config.KeySize;
        int values = layer.KeyValueHeads * config.ValueSize;
        bool biased = Requires(Biases.Attention);
        LinearPlan[] inputs =
            config.Latent is not null ? []
            : source.Has(prefix + "attn_qkv.weight") ? source.Split(prefix + "attn_qkv", config.Width, biased, queries, keys, values)
            :
            [
                source.Linear(prefix + "attn_q", queries, config.Width, biased),
                source.Linear(prefix + "attn_k", keys, config.Width, biased),
                source.Linear(prefix + "attn_v", values, config.Width, biased),
            ];
        Func<LatentWeights>? latent = config.Latent is { } sizes ? PlanLatent(prefix, layer, sizes) : null;
        Norm? queryNorm = PlanHeadNorm(prefix + "attn_q_norm", layer.Heads);
        Norm? keyNorm = PlanHeadNorm(prefix + "attn_k_norm", layer.KeyValueHeads);
        LinearPlan output = source.Linear(
            prefix + "attn_output", config.Width, layer.Heads * config.ValueSize, Requires(Biases.AttentionOutput));
        var parameters = new AttentionParameters
        {
            Heads = layer.Heads,
            Scale = config.AttentionScale,
            SoftCap = config.AttentionSoftCap,
            Window = layer.Window,
            Causal = config.Causal,
            Sinks = _family.Sinks ? source.Vector(prefix + "attn_sinks.weight", layer.Heads) : null,
        };
        return () => new AttentionWeights
        {
            QueryKeyValue = Load(inputs),
            Latent = latent?.Invoke(),
            QueryNorm = queryNorm,
            KeyNorm = keyNorm,
            Output = Load(output),
            Parameters = parameters,
        };
    }

    private Func<LatentWeights> PlanLatent(string prefix, LayerConfig layer, LatentConfig sizes)
    {
        int queries = layer.Heads * config.KeySize;
        int unturned = config.KeySize - sizes.RopeSize;
        int rank = sizes.KeyValueRank;
        bool compressed = sizes.QueryRank > 0;
        LinearPlan query = compressed
            ? source.Linear(prefix + "attn_q_a", sizes.QueryRank, config.Width, requiresBias: false)
            : source.Linear(prefix + "attn_q", queries, config.Width, requiresBias: false);
        Norm? queryNorm = compressed ? PlanNorm(prefix + "attn_q_a_norm", sizes.QueryRank) : null;
        LinearPlan? queryUp = compressed ? source.Linear(prefix + "attn_q_b", queries, sizes.QueryRank, requiresBias: false) : null;
        LinearPlan[] keyValue = source.Split(prefix + "attn_kv_a_mqa", config.Width, false, rank, sizes.RopeSize);
        Norm keyValueNorm = PlanNorm(prefix + "attn_kv_a_norm", rank);
        Func<Linear[]> keyValueUp = source.Has(prefix + "attn_kv_b.weight")
            ? PlanJoinedUp(prefix + "attn_kv_b.weight", layer.Heads, unturned, rank)
            : PlanSplitUp(prefix, layer.Heads, unturned, rank);
        return () => new LatentWeights
        {
            Inputs = Load([query, .. keyValue]),
            QueryNorm = queryNorm,
            QueryUp = queryUp is { } up ? Load(up) : [],
            KeyValueNorm = keyValueNorm,
            KeyValueUp = keyValueUp(),
        };
    }

    /// <summary>
    /// attn_k_b holds each head's key matrix transposed, for engines that fold it into the queries. Here keys are decompressed, so it is
    /// transposed back, which quantised blocks do not allow: it becomes F32.
    /// </summary>
    private Func<Linear[]> PlanSplitUp(string prefix, int heads, int unturned, int rank)
    {
        ITensor keys = source.Get(prefix + "attn_k_b.weight", unturned, rank, heads);
        ITensor values = source.Get(prefix + "attn_v_b.weight", rank, config.ValueSize, heads);
        return () =>
        {
            float[] stored = TensorSource.Decode(keys);
            var transposed = new float[stored.Length];
            int size = unturned * rank;
            for (int i = 0; i < stored.Length; i++)
            {
                (int head, int element) = int.DivRem(i, size);
                (int column, int row) = int.DivRem(element, unturned);
                transposed[head * size + row * rank + column] = stored[i];
            }
            return
            [
                LoadF32(keys, transposed, heads * unturned, rank),
                Load(new LinearPlan(new MatrixPlan(values, 0, heads * config.ValueSize, rank), null))[0],
            ];
        };
    }

    /// <summary>Old files have one matrix with, for each head, the rows of its keys and then those of its values.</summary>
    private Func<Linear[]> PlanJoinedUp(string name, int heads, int unturned, int rank)
    {
        int size = unturned + config.ValueSize;
        ITensor joined = source.Get(name, rank, (long)heads * size);
        return () =>
        {
            float[] stored = TensorSource.Decode(joined);
            var keys = new float[heads * unturned * rank];
            var values = new float[heads * config.ValueSize * rank];
            for (int head = 0; head < heads; head++)
            {
                ReadOnlySpan<float> rows = stored.AsSpan(head * size * rank, size * rank);
                rows[..(unturned * rank)].CopyTo(keys.AsSpan(head * unturned * rank));
                rows[(unturned * rank)..].CopyTo(values.AsSpan(head * config.ValueSize * rank));
            }
            return [LoadF32(joined, keys, heads * unturned, rank), LoadF32(joined, values, heads * config.ValueSize, rank)];
        };
    }

    private Func<FeedForwardWeights> PlanFeedForward(string prefix, LayerConfig layer)
    {
        if (!layer.HasExperts)
        {
            Func<DenseWeights> dense = PlanDense(prefix + "ffn_", "", layer.FeedForward, Requires(Biases.FeedForward));
            return () => new FeedForwardWeights { Dense = dense() };
        }
        MixtureConfig mixture = config.Mixture!;
        RoutingRule rule = mixture.Rule;
        bool biased = Requires(Biases.Experts);
        LinearPlan router = source.Linear(prefix + "ffn_gate_inp", rule.Experts, config.Width, biased);
        float[]? selectionBias = source.OptionalVector(prefix + "exp_probs_b.bias", rule.Experts);
        LinearPlan[][] inputs = PlanExpertInputs(prefix, rule.Experts, layer.FeedForward, biased);
        LinearPlan[] downs = source.Stack(prefix + "ffn_down_exps", rule.Experts, config.Width, layer.FeedForward, biased);
        Func<DenseWeights>? shared = mixture.SharedFeedForward > 0
            ? PlanDense(prefix + "ffn_", "_shexp", mixture.SharedFeedForward, requiresBias: false)
            : null;
        return () => new FeedForwardWeights
        {
            Dense = shared?.Invoke(),
            Router = Load(router),
            SelectionBias = selectionBias,
            Experts = new ExpertGroup
            {
                Inputs = [.. inputs.Select(Load)],
                Downs = Load(downs),
                Function = _family.Activation,
            },
        };
    }

    private LinearPlan[][] PlanExpertInputs(string prefix, int experts, int inner, bool biased)
    {
        string fused = prefix + "ffn_gate_up_exps";
        if (source.Has(fused + ".weight"))
        {
            LinearPlan[] both = source.Stack(fused, experts, 2 * inner, config.Width, biased);
            return [.. both.Select(plan => TensorSource.Split(plan, inner, inner))];
        }
        LinearPlan[] gates = source.Stack(prefix + "ffn_gate_exps", experts, inner, config.Width, biased);
        LinearPlan[] ups = source.Stack(prefix + "ffn_up_exps", experts, inner, config.Width, biased);
        return [.. gates.Zip(ups, (gate, up) => new[] { gate, up })];
    }

    private Func<DenseWeights> PlanDense(string prefix, string suffix, int inner, bool requiresBias)
    {
        string gate = $"{prefix}gate{suffix}", up = $"{prefix}up{suffix}";
        LinearPlan[] inputs =
            !_family.Gated ? [source.Linear(up, inner, config.Width, requiresBias)]
            : source.Has(gate + ".weight") ?
                [source.Linear(gate, inner, config.Width, requiresBias), source.Linear(up, inner, config.Width, requiresBias)]
            // Without a gate of its own the up projection holds both (Phi-3, GLM-4), the gate first.
            : source.Split(up, config.Width, requiresBias, inner, inner);
        LinearPlan down = source.Linear($"{prefix}down{suffix}", config.Width, inner, requiresBias);
        return () => new DenseWeights { Inputs = Load(inputs), Down = Load(down), Function = _family.Activation, Inner = inner };
    }

    private Norm? PlanHeadNorm(string name, int heads)
    {
        int size = config.KeySize;
        switch (_family.QueryKeyNorm)
        {
            case QueryKeyNorm.Heads:
                return new Norm(_family.Norm, config.NormEpsilon, source.Vector(name + ".weight", size), groupSize: size);
            case QueryKeyNorm.Whole:
                return new Norm(_family.Norm, config.NormEpsilon, source.Vector(name + ".weight", heads * size));
            case QueryKeyNorm.OptionalOwnHeads when source.Has(name + ".weight"):
                float[] weights = TensorSource.Decode(source.Get(name + ".weight", size, heads));
                return new Norm(_family.Norm, config.NormEpsilon, weights, groupSize: size);
            default:
                return null;
        }
    }

    private Norm? PlanNorm(string? name) => name is null ? null : PlanNorm(name, config.Width);

    private Norm PlanNorm(string name, int length) => new(
        _family.Norm, config.NormEpsilon, source.Vector(name + ".weight", length), source.Bias(name, length, Requires(Biases.Norm)));

    private static string? InLayer(string prefix, string? name) => name is null ? null : prefix + name;

    private bool Requires(Biases biases) => (_family.Biases & biases) != 0;

    private Linear LoadF32(ITensorData origin, float[] values, int rows, int columns) =>
        new(load(new MemoryTensor(origin.File, origin.Name, values), QuantType.F32, rows, columns));

    private Linear[] Load(params LinearPlan[] plans) => [.. plans.Select(plan => loadLinear(plan))];
}
