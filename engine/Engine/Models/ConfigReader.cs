using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;

namespace Engine.Models;

/// <summary>Makes a <see cref="Config"/> of a model's metadata.</summary>
internal sealed class ConfigReader
{
    // Sizes beyond these are no model's; they keep products of two sizes within 64 bits.
    private const int MostLayers = 4096;
    private const int MostHeads = 65536;
    private const int MostElements = 1 << 24;

    private readonly IModelSource _file;
    private readonly Descriptor _family;
    private readonly MetadataReader _keys;
    private (int Key, int Value) _headSizes;

    private ConfigReader(IModelSource file, Descriptor family)
    {
        (_file, _family) = (file, family);
        _keys = new MetadataReader(file.Metadata, family.Architecture);
    }

    /// <summary>Reads and checks the metadata.</summary>
    /// <exception cref="ModelFormatException">An architecture that is not supported, a missing key, or a value that cannot be.</exception>
    internal static Config Read(IModelSource file)
    {
        string architecture = file.Metadata.GetString("general.architecture");
        if (!Descriptors.All.TryGetValue(architecture, out Descriptor? family))
        {
            throw new ModelFormatException(
                file.Path, "general.architecture", $"the unsupported architecture \"{architecture}\"",
                "one of " + string.Join(", ", Descriptors.All.Keys.Order(StringComparer.Ordinal)));
        }
        return new ConfigReader(file, family).Read();
    }

    private Config Read()
    {
        RefuseUnsupported();
        int width = _keys.Size("embedding_length", MostElements);
        int layerCount = LayerCount();
        int context = _keys.Size("context_length", int.MaxValue);
        int[] heads = _keys.PerLayer("attention.head_count", null, layerCount, MostHeads);
        LatentConfig? latent = _family.Latent ? ReadLatent() : null;
        (int keySize, int valueSize) = _headSizes = HeadSizes(width, heads[0]);
        WindowRule rule = _family.Window;
        int window = _keys.Integer("attention.sliding_window", rule.DefaultSize, 0, int.MaxValue);
        RopeConfig? rope = _family.Rope is { } layout && (_family.RopeSwitch is null || _keys.Flag(_family.RopeSwitch, true))
            ? ReadRope(layout, latent?.RopeSize ?? keySize, keySize, context) : null;
        MixtureConfig? mixture = ReadMixture();
        return new Config
        {
            Family = _family,
            Name = _file.Metadata.GetString("general.name", "") is { Length: > 0 } name ? name : null,
            Width = width,
            VocabularySize = VocabularySize(),
            ContextLength = context,
            Layers = ReadLayers(heads, rope is not null, window, mixture, latent),
            KeySize = keySize,
            ValueSize = valueSize,
            NormEpsilon = _keys.Positive(
                _family.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", zero: true),
            AttentionScale = AttentionScale(width, heads[0], keySize, rope),
            AttentionSoftCap = _keys.Positive("attn_logit_softcapping", _family.AttentionSoftCap, zero: true),
            EmbeddingScale = NotZero(_keys.Positive("embedding_scale", _family.ScalesEmbedding ? MathF.Sqrt(width) : 1f, zero: true)),
            ResidualScale = NotZero(_keys.Positive("residual_scale", 1f, zero: true)),
            LogitScale = LogitScale(),
            LogitSoftCap = _keys.Positive("final_logit_softcapping", _family.LogitSoftCap, zero: true),
            Rope = rope,
            WindowRope = rope is null || window == 0 ? rope : WindowRope(rope),
            Parallel = _family.Parallel switch
            {
                ParallelBlock.Always => true,
                ParallelBlock.AsFileSays => _keys.Flag("use_parallel_residual"),
                _ => false,
            },
            Mixture = mixture,
            Latent = latent,
            Causal = !_family.Encoder,
            Pooling = (Pooling)_keys.Integer("pooling_type", 0, 0, 4) is var pooling && pooling > Pooling.Last ? Pooling.None : pooling,
        };
    }

    /// <summary>Refuses keys that change the logits in a way that no supported family's models need.</summary>
    private void RefuseUnsupported()
    {
        foreach (string key in (string[])["attention.max_alibi_bias", "attention.clamp_kqv", "attention.temperature_scale"])
        {
            float value = _keys.Positive(key, 0f, zero: true);
            if (value != 0f) throw _keys.Wrong(key, $"{value}", "no such key, or 0");
        }
        if (_keys.Flag("attention.causal", !_family.Encoder) == _family.Encoder)
        {
            throw _keys.Wrong("attention.causal", _family.Encoder ? "true" : "false", _family.Encoder ? "false" : "true");
        }
        if (_keys.Has("rope.dimension_sections")
            && _keys.PerLayer("rope.dimension_sections", null, 2, int.MaxValue).All(section => section > 0))
        {
            throw _keys.Wrong("rope.dimension_sections", "sections", "one position for each token");
        }
    }

    /// <summary>The layers that run: those for multi-token prediction come last in the count and are left out.</summary>
    private int LayerCount()
    {
        int all = _keys.Size("block_count", MostLayers);
        return all - _keys.Integer("nextn_predict_layers", 0, 0, all - 1);
    }

    private List<LayerConfig> ReadLayers(int[] heads, bool hasRope, int window, MixtureConfig? mixture, LatentConfig? latent)
    {
        int count = heads.Length;
        int[] keyValueHeads = latent is null ? ReadKeyValueHeads(heads) : heads;
        int[] feedForward = _keys.PerLayer("feed_forward_length", mixture is null ? null : 0, count, MostElements);
        int expertFeedForward = _keys.Integer("expert_feed_forward_length", 0, 0, MostElements);
        int dense = mixture is null ? count : _keys.Integer("leading_dense_block_count", 0, 0, count);
        bool[] hasWindow = window == 0
            ? new bool[count]
            : _keys.WindowPattern("attention.sliding_window_pattern", count, _family.Window.Period);
        var layers = new List<LayerConfig>(count);
        for (int layer = 0; layer < count; layer++)
        {
            if (heads[layer] < 1 || keyValueHeads[layer] < 1 || heads[layer] % keyValueHeads[layer] != 0)
            {
                throw _keys.Wrong(
                    "attention.head_count", $"{heads[layer]} heads for {keyValueHeads[layer]} key and value heads",
                    "a multiple of those, at least 1");
            }
            if ((long)heads[layer] * Math.Max(_headSizes.Key, _headSizes.Value) > MostElements)
            {
                throw _keys.Wrong("attention.head_count", $"{heads[layer]}", $"heads with at most {MostElements} elements together");
            }
            int inner = layer >= dense && expertFeedForward > 0 ? expertFeedForward : feedForward[layer];
            if (inner < 1) throw _keys.Wrong("feed_forward_length", $"{inner}", "at least 1");
            layers.Add(new LayerConfig
            {
                Heads = heads[layer],
                KeyValueHeads = keyValueHeads[layer],
                FeedForward = inner,
                Window = hasWindow[layer] ? window : 0,
                HasExperts = layer >= dense,
                HasRope = hasRope && _family.RopePlaces switch
                {
                    RopePlaces.AllButEveryFourth => (layer + 1) % 4 != 0,
                    RopePlaces.WindowLayers => hasWindow[layer],
                    _ => true,
                },
            });
        }
        return layers;
    }

    private int[] ReadKeyValueHeads(int[] heads) =>
        _keys.Has("attention.head_count_kv") ? _keys.PerLayer("attention.head_count_kv", null, heads.Length, MostHeads) : heads;

    private (int Key, int Value) HeadSizes(int width, int heads)
    {
        int key = _keys.Integer("attention.key_length", 0, 1, MostHeads);
        int value = _keys.Integer("attention.value_length", 0, 1, MostHeads);
        if (_family.Latent)
        {
            // key_length is that of the compressed cache where the file has keys for the decompressed heads.
            key = _keys.Integer("attention.key_length_mla", key, 1, MostHeads);
            value = _keys.Integer("attention.value_length_mla", value, 1, MostHeads);
        }
        if (key > 0 && value > 0) return (key, value);
        if (heads < 1 || width % heads != 0)
        {
            throw _keys.Wrong("attention.head_count", $"{heads}", $"a divisor of embedding_length {width}, or keys for the head sizes");
        }
        return (key > 0 ? key : width / heads, value > 0 ? value : width / heads);
    }

    private int VocabularySize()
    {
        string name = _family.Names.Embedding + ".weight";
        ITensor embedding = _file.GetTensor(name);
        if (embedding.Rows > MostElements)
        {
            throw new ModelFormatException(
                _file.Path, name, $"{embedding.Rows} rows", $"a row for each of at most {MostElements} tokens");
        }
        return (int)embedding.Rows;
    }

    private float AttentionScale(int width, int heads, int keySize, RopeConfig? rope)
    {
        float given = _keys.Positive("attention.scale", 0f, zero: true);
        if (given > 0f) return given;
        double scale = 1 / Math.Sqrt(_family.WidthScaledLayerCounts.Contains(LayerCount()) ? width / heads : keySize);
        if (_family.Latent && rope is { Scaling: RopeScaling.Yarn } && _keys.Has("rope.scaling.yarn_log_multiplier"))
        {
            double magnitude = RopeFrequencies.YarnMagnitude(rope.Factor, LatentYarnMultiplier());
            scale *= magnitude * magnitude;
        }
        return (float)scale;
    }

    // The key holds a tenth of config.json's mscale_all_dim.
    private float LatentYarnMultiplier() => _keys.Positive("rope.scaling.yarn_log_multiplier", zero: true) / 0.1f;

    private float LogitScale()
    {
        float scale = NotZero(_keys.Positive("logit_scale", 1f, zero: true));
        return _family.DividesLogits ? 1f / scale : scale;
    }

    private static float NotZero(float scale) => scale == 0f ? 1f : scale;

    private LatentConfig ReadLatent() => new()
    {
        QueryRank = _keys.Integer("attention.q_lora_rank", 0, 0, MostElements),
        KeyValueRank = _keys.Size("attention.kv_lora_rank", MostElements),
        RopeSize = _keys.Size("rope.dimension_count", MostHeads),
    };

    private RopeConfig ReadRope(RopeLayout layout, int defaultDimensions, int keySize, int context)
    {
        int dimensions = _keys.Integer("rope.dimension_count", defaultDimensions, 1, MostHeads);
        // Latent attention has a part of each key that is not turned.
        int most = _family.Latent ? keySize - 1 : keySize;
        if (dimensions % 2 != 0 || dimensions > most)
        {
            throw _keys.Wrong("rope.dimension_count", $"{dimensions}", $"an even number up to {most} of the key size {keySize}");
        }
        bool longRope = _file.TryGetTensor(RopeTensors.Short, out _) || _file.TryGetTensor(RopeTensors.Long, out _);
        float factor = NotZero(_keys.Positive("rope.scaling.factor", _keys.Positive("rope.scale_linear", 1f, zero: true), zero: true));
        string type = _keys.Text("rope.scaling.type", longRope ? "longrope" : "linear");
        RopeScaling scaling = type switch
        {
            "none" => RopeScaling.None,
            "linear" => factor == 1f ? RopeScaling.None : RopeScaling.Linear,
            "yarn" => RopeScaling.Yarn,
            "longrope" => RopeScaling.LongRope,
            _ => throw _keys.Wrong("rope.scaling.type", $"\"{type}\"", "none, linear, yarn or longrope"),
        };
        double alpha = _keys.Positive("rope.scaling.alpha", 1f, zero: true);
        double ropeBase = _keys.Positive("rope.freq_base", 10000f);
        var rope = new RopeConfig
        {
            Dimensions = dimensions,
            Layout = layout,
            // NTK-aware scaling stretches the base so that the slowest pair is interpolated by alpha and the fastest not at all.
            Base = alpha > 1 && dimensions > 2 ? ropeBase * Math.Pow(alpha, dimensions / (dimensions - 2.0)) : ropeBase,
            Scaling = scaling,
            Factor = factor,
            OriginalContext = _keys.Integer("rope.scaling.original_context_length", context, 1, int.MaxValue),
            BetaFast = _keys.Positive("rope.scaling.yarn_beta_fast", 32f),
            BetaSlow = _keys.Positive("rope.scaling.yarn_beta_slow", 1f),
            WholePairs = _keys.Flag("rope.scaling.yarn_truncate", true),
            Extrapolation = _keys.Positive("rope.scaling.yarn_ext_factor", 1f, zero: true),
        };
        return rope with { Magnitude = Magnitude(rope, context) };
    }

    private float Magnitude(RopeConfig rope, int context)
    {
        float given = NotZero(_keys.Positive("rope.scaling.attn_factor", 1f, zero: true));
        switch (rope.Scaling)
        {
            // DeepSeek-V2 states one multiplier for the whole key and the same for its turned part, and the ratio of the two is 1.
            case RopeScaling.Yarn when _family.Latent && _keys.Has("rope.scaling.yarn_log_multiplier"):
                return given;
            case RopeScaling.Yarn:
                return given * (float)RopeFrequencies.YarnMagnitude(rope.Factor);
            case RopeScaling.LongRope
                when !_keys.Has("rope.scaling.attn_factor") && context > rope.OriginalContext && rope.OriginalContext > 1:
                double stretch = (double)context / rope.OriginalContext;
                return (float)Math.Sqrt(1 + Math.Log(stretch) / Math.Log(rope.OriginalContext));
            default:
                return given;
        }
    }

    private RopeConfig WindowRope(RopeConfig rope)
    {
        float defaultBase = _family.Window.DefaultRopeBase > 0 ? _family.Window.DefaultRopeBase : (float)rope.Base;
        RopeConfig window = rope with { Base = _keys.Positive("rope.freq_base_swa", defaultBase) };
        return _family.Window.UnscaledRope ? window with { Scaling = RopeScaling.None, Magnitude = 1f } : window;
    }

    private MixtureConfig? ReadMixture()
    {
        int experts = _keys.Integer("expert_count", 0, 0, MostHeads);
        if (experts == 0) return null;
        int used = _keys.Size("expert_used_count", experts);
        int groups = Math.Max(1, _keys.Integer("expert_group_count", 1, 0, experts));
        int groupsUsed = groups == 1 ? 1 : _keys.Size("expert_group_used_count", groups);
        if (experts % groups != 0 || used > experts / groups * groupsUsed)
        {
            throw _keys.Wrong(
                "expert_group_count", $"{groups} groups of which {groupsUsed} are used", $"groups that give {used} of {experts} experts");
        }
        Gating gating = _keys.Integer("expert_gating_func", 0, 0, 3) switch
        {
            1 => Gating.Softmax,
            2 => Gating.Sigmoid,
            3 => Gating.SoftmaxOfSelected,
            _ => _family.Gating,
        };
        int shared = _keys.Integer("expert_shared_count", 0, 0, MostHeads);
        int sharedFeedForward = _keys.Integer("expert_shared_feed_forward_length", 0, 0, MostElements);
        if (sharedFeedForward == 0 && shared > 0)
        {
            long inner = (long)shared * _keys.Size("expert_feed_forward_length", MostElements);
            if (inner > MostElements)
            {
                throw _keys.Wrong("expert_shared_count", $"{shared}", $"shared experts of at most {MostElements} inner elements");
            }
            sharedFeedForward = (int)inner;
        }
        return new MixtureConfig
        {
            SharedFeedForward = sharedFeedForward,
            Rule = new RoutingRule
            {
                Experts = experts,
                Used = used,
                Gating = gating,
                Normalize = _keys.Flag("expert_weights_norm", _family.NormalizesExperts),
                Scale = NotZero(_keys.Positive("expert_weights_scale", 1f, zero: true)),
                Groups = groups,
                GroupsUsed = groupsUsed,
            },
        };
    }
}
