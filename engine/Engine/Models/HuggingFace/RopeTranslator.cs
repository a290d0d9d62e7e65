using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>
/// RoPE's part of config.json: rope_theta and rope_scaling in transformers 4, rope_parameters in transformers 5, there perhaps one set for
/// each kind of layer.
/// </summary>
internal sealed class RopeTranslator
{
    private const string Full = "full_attention";
    private const string Sliding = "sliding_attention";
    private const int MostElements = 65536;

    private readonly ConfigValues _config;
    private readonly TranslatedKeys _keys;
    private readonly Descriptor _descriptor;
    private readonly JsonNode? _scaling;
    private readonly JsonNode? _sliding;

    public RopeTranslator(ConfigValues config, TranslatedKeys keys, Descriptor descriptor)
    {
        (_config, _keys, _descriptor) = (config, keys, descriptor);
        JsonNode? parameters = Objects(config.Find("rope_parameters"));
        _sliding = Objects(parameters?.Find(Sliding));
        _scaling = Objects(parameters?.Find(Full)) ?? (_sliding is null ? parameters : null) ?? Objects(config.Find("rope_scaling"));
    }

    private static JsonNode? Objects(JsonNode? node) => node?.Demand(JsonValueKind.Object, "an object");

    private string Type => _scaling?.FindText("rope_type") ?? _scaling?.FindText("type") ?? "default";

    /// <summary>Sets the keys and returns the factors that GGUF files keep as tensors.</summary>
    /// <param name="heads">Query heads.</param>
    public float[][] Translate(int heads)
    {
        if (_descriptor.Rope is null) return [];
        double? theta = _scaling?.FindReal("rope_theta") ?? _config.Real("rope_theta", "rotary_emb_base");
        _keys.Set("rope.freq_base", "rope_theta", (float?)theta);
        _keys.Set(
            "rope.freq_base_swa", "rope_local_base_freq",
            (float?)(_sliding?.FindReal("rope_theta") ?? _config.Real("rope_local_base_freq")));
        CheckSliding();
        int dimensions = TranslateDimensions(heads);
        switch (Type)
        {
            case "default" or "dynamic":
                // Dynamic scaling begins beyond the context that the model was trained for.
                return [];
            case "linear":
                SetScaling("linear");
                return [];
            case "yarn":
                TranslateYarn();
                return [];
            case "llama3":
                return [Llama3Factors(dimensions, theta ?? 10000)];
            case "longrope" or "su":
                _keys.Set("rope.scaling.type", "rope_scaling", GgufValue.Of("longrope"));
                _keys.Set("rope.scaling.attn_factor", "attention_factor", (float?)_scaling?.FindReal("attention_factor"));
                SetOriginalContext();
                return [Factors("short_factor", dimensions), Factors("long_factor", dimensions)];
            default:
                throw _scaling!.Value.ErrorAt(
                    "rope_type", JsonNode.Shown(Type), "default, dynamic, linear, yarn, llama3 or longrope");
        }
    }

    /// <summary>Sliding layers have another base at most, or no scaling where the family knows that.</summary>
    private void CheckSliding()
    {
        if (_sliding is not { } sliding) return;
        string type = sliding.FindText("rope_type") ?? "default";
        bool supported = _descriptor.Window.UnscaledRope ? type == "default" : type == Type;
        if (!supported) throw sliding.ErrorAt("rope_type", JsonNode.Shown(type), _descriptor.Window.UnscaledRope ? "default" : Type);
    }

    /// <summary>Elements of a head that are turned.</summary>
    private int TranslateDimensions(int heads)
    {
        if (_descriptor.Latent) return _config.Count(MostElements, "qk_rope_head_dim");
        long size = _config.Integer("head_dim") ?? (_config.Integer("hidden_size", "n_embd") ?? 0) / heads;
        if (size is < 1 or > MostElements) throw _config.Wrong("head_dim", $"{size}", $"a number from 1 to {MostElements}");
        double part = _scaling?.FindReal("partial_rotary_factor") ?? _config.Real("partial_rotary_factor", "rotary_pct") ?? 1;
        if (!(part > 0 && part <= 1)) throw _config.Wrong("partial_rotary_factor", $"{part}", "a number above 0, at most 1");
        int dimensions = (int)(size * part);
        if (part < 1) _keys.Set("rope.dimension_count", "partial_rotary_factor", (uint?)dimensions);
        return dimensions;
    }

    private void SetScaling(string type)
    {
        _keys.Set("rope.scaling.type", "rope_scaling", GgufValue.Of(type));
        _keys.Set("rope.scaling.factor", "factor", (float?)_scaling?.FindReal("factor"));
    }

    private double? SetOriginalContext()
    {
        const string Key = "original_max_position_embeddings";
        double? original = _scaling?.FindReal(Key) ?? _config.Real(Key);
        _keys.Set("rope.scaling.original_context_length", Key, original is { } tokens ? (long?)tokens : null);
        return original;
    }

    private void TranslateYarn()
    {
        JsonNode scaling = _scaling!.Value;
        SetScaling("yarn");
        double? original = SetOriginalContext(), factor = scaling.FindReal("factor");
        if (factor is null && original > 0)
        {
            factor = _config.Real("max_position_embeddings") / original;
            _keys.Set("rope.scaling.factor", "max_position_embeddings", (float?)factor);
        }
        _keys.Set("rope.scaling.yarn_beta_fast", "beta_fast", (float?)scaling.FindReal("beta_fast"));
        _keys.Set("rope.scaling.yarn_beta_slow", "beta_slow", (float?)scaling.FindReal("beta_slow"));
        if (scaling.Find("truncate") is not null)
            _keys.Set("rope.scaling.yarn_truncate", "truncate", (bool?)scaling.GetFlag("truncate"));
        TranslateMagnitude(scaling, factor ?? 1);
    }

    /// <summary>
    /// The factor of queries and keys: attention_factor, the ratio of two multipliers of the logarithm (mscale), or YaRN's own, by which
    /// GGUF's key is multiplied. Latent attention has mscale_all_dim in its scale too.
    /// </summary>
    private void TranslateMagnitude(JsonNode scaling, double factor)
    {
        double? part = scaling.FindReal("mscale"), all = scaling.FindReal("mscale_all_dim"), given = scaling.FindReal("attention_factor");
        if (given is null && part is > 0 && all is > 0)
            given = RopeFrequencies.YarnMagnitude(factor, part.Value) / RopeFrequencies.YarnMagnitude(factor, all.Value);
        if (_descriptor.Latent && all is > 0)
        {
            _keys.Set("rope.scaling.yarn_log_multiplier", "mscale_all_dim", (float?)(0.1 * all));
            _keys.Set("rope.scaling.attn_factor", "mscale", (float?)given);
        }
        else if (given is not null)
        {
            _keys.Set("rope.scaling.attn_factor", "attention_factor", (float?)(given / RopeFrequencies.YarnMagnitude(factor)));
        }
    }

    /// <summary>Llama 3's scaling as divisors: fast pairs stay, slow ones are divided by the factor, those between lie between.</summary>
    private float[] Llama3Factors(int dimensions, double theta)
    {
        JsonNode scaling = _scaling!.Value;
        double factor = scaling.Get("factor").Real(), low = scaling.Get("low_freq_factor").Real();
        double high = scaling.Get("high_freq_factor").Real(), original = scaling.Get("original_max_position_embeddings").Real();
        if (!(factor > 0) || !(original > 0) || !(high > low)) throw scaling.Error("factors that are none", "Llama 3's factors, above 0");
        var divisors = new float[dimensions / 2];
        for (int pair = 0; pair < divisors.Length; pair++)
        {
            double wavelength = 2 * Math.PI * Math.Pow(theta, 2.0 * pair / dimensions);
            double share = Math.Clamp((original / wavelength - low) / (high - low), 0, 1);
            divisors[pair] = (float)(1 / ((1 - share) / factor + share));
        }
        return divisors;
    }

    private float[] Factors(string name, int dimensions)
    {
        JsonNode node = _scaling!.Value.Get(name);
        float[] factors = [.. node.Items().Select(item => (float)item.Real())];
        if (factors.Length != dimensions / 2) throw node.Error($"{factors.Length} factors", $"one for each of {dimensions / 2} pairs");
        return factors.All(factor => factor > 0 && float.IsFinite(factor))
            ? factors
            : throw node.Error("a factor that is none", "finite numbers above 0");
    }
}
