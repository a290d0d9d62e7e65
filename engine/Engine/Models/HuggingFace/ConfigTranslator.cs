using System.Globalization;
using System.Text.Json;
using Engine.Kernels;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>
/// Makes of a config.json, as transformers 4 or 5 writes it, the metadata that a GGUF file of the model has. Where GGUF has no key for what
/// config.json says, there is one here that only this program knows (rope.scaling.yarn_truncate).
/// </summary>
internal sealed class ConfigTranslator
{
    private const int MostLayers = 4096;
    private const int MostHeads = 65536;

    private static readonly (string Gguf, string[] Names)[] Integers =
    [
        ("embedding_length", ["hidden_size", "n_embd"]),
        ("context_length", ["max_position_embeddings", "n_positions", "n_ctx"]),
        ("feed_forward_length", ["intermediate_size", "n_inner", "ffn_hidden_size"]),
        ("leading_dense_block_count", ["first_k_dense_replace"]),
        ("expert_count", ["num_local_experts", "num_experts", "n_routed_experts"]),
        ("expert_used_count", ["num_experts_per_tok", "experts_per_token"]),
        ("expert_feed_forward_length", ["moe_intermediate_size"]),
        ("expert_shared_count", ["n_shared_experts"]),
    ];

    private static readonly (string Gguf, string[] Names)[] Reals =
    [
        ("attention.scale", ["attention_multiplier"]),
        ("embedding_scale", ["embedding_multiplier"]),
        ("residual_scale", ["residual_multiplier"]),
        ("logit_scale", ["logits_scaling", "logit_scale"]),
        ("attn_logit_softcapping", ["attn_logit_softcapping"]),
        ("final_logit_softcapping", ["final_logit_softcapping"]),
        ("attention.clamp_kqv", ["clip_qkv"]),
        ("expert_weights_scale", ["routed_scaling_factor"]),
    ];

    private static readonly string[] Epsilons = ["rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon"];

    private readonly ConfigValues _config;
    private readonly FolderFamily _family;
    private readonly Descriptor _descriptor;
    private readonly TranslatedKeys _keys;

    private ConfigTranslator(ConfigValues config, FolderFamily family)
    {
        (_config, _family) = (config, family);
        _descriptor = Descriptors.All[family.Architecture];
        _keys = new TranslatedKeys(family.Architecture);
    }

    /// <summary>Translates a config.json.</summary>
    /// <exception cref="Formats.ModelFormatException">A key has a value that no model of the family has, or one that is not supported.</exception>
    public static TranslatedConfig Translate(ConfigValues config, FolderFamily family) =>
        new ConfigTranslator(config, family).Translate();

    private TranslatedConfig Translate()
    {
        CheckRequired();
        CheckActivation();
        int layers = _config.Count(MostLayers, "num_hidden_layers", "n_layer");
        _keys.Set("block_count", "num_hidden_layers", (uint?)layers);
        foreach ((string gguf, string[] names) in Integers) _keys.Set(gguf, names[0], _config.Integer(names));
        foreach ((string gguf, string[] names) in Reals) _keys.Set(gguf, names[0], (float?)_config.Real(names));
        if (_family.FourfoldInner && _config.Integer("intermediate_size", "n_inner", "ffn_hidden_size") is null)
            _keys.Set("feed_forward_length", "hidden_size", 4 * _config.Integer("hidden_size", "n_embd"));
        string epsilon = Epsilons.FirstOrDefault(name => _config.Find(name) is not null) ?? Epsilons[0];
        _keys.Set(
            _descriptor.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon",
            epsilon, (float?)_config.Real(epsilon));
        _keys.Set("use_parallel_residual", "use_parallel_residual", _config.Flag("use_parallel_residual"));
        if (_config.Real("query_pre_attn_scalar") is { } scalar)
            _keys.Set("attention.scale", "query_pre_attn_scalar", (float?)(1 / Math.Sqrt(scalar)));
        HeadCounts heads = TranslateHeads();
        TranslateExperts();
        float[][] factors = new RopeTranslator(_config, _keys, _descriptor).Translate(heads.Heads);
        WindowTranslator.Translate(_config, _keys, layers);
        return new TranslatedConfig(_family, _keys, layers, heads, factors)
        {
            IsTied = _config.Flag("tie_word_embeddings"),
            RequiresOutput = _descriptor.RequiresOutput,
        };
    }

    private void CheckRequired()
    {
        foreach ((string key, string value) in _family.Required)
        {
            if (_config.Find(key) is { } node && !Matches(node, value)) throw node.Error("another value", value);
        }
        if (_descriptor.RopePlaces != RopePlaces.AllButEveryFourth || _config.Find("no_rope_layers") is not { } layers) return;
        // Despite its name the list has 1 where a layer has RoPE.
        bool regular = layers.Items().Select((item, layer) => item.Integer() != 0 == ((layer + 1) % 4 != 0)).All(same => same);
        if (!regular) throw layers.Error("another pattern", "every fourth layer without RoPE");
    }

    private static bool Matches(JsonNode node, string value) => node.Element.ValueKind switch
    {
        JsonValueKind.String => node.Text() == value,
        JsonValueKind.Number => double.TryParse(value, CultureInfo.InvariantCulture, out double number) && node.Real() == number,
        JsonValueKind.Array => value == "[]" && node.Count == 0,
        _ => node.Element.GetRawText() == value,
    };

    private void CheckActivation()
    {
        foreach (string key in _family.ActivationKeys)
        {
            if (_config.Find(key) is not { } node) continue;
            IReadOnlyList<string> names = FolderFamily.NamesOf(_descriptor.Activation);
            if (!names.Contains(node.Text())) throw node.Error(JsonNode.Shown(node.Text()), string.Join(" or ", names));
            return;
        }
    }

    private HeadCounts TranslateHeads()
    {
        int heads = _config.Count(MostHeads, "num_attention_heads", "n_head");
        long keyValueHeads = _family.KeyValueHeads is { } rule
            ? rule(_config, heads)
            : _config.Integer("num_key_value_heads", "num_kv_heads") ?? heads;
        if (keyValueHeads < 1 || heads % keyValueHeads != 0)
        {
            throw _config.Wrong(
                "num_key_value_heads", $"{keyValueHeads} for {heads} query heads", "a divisor of the number of query heads");
        }
        _keys.Set("attention.head_count", "num_attention_heads", (uint?)heads);
        if (_descriptor.Latent)
        {
            int turned = _config.Count(MostHeads, "qk_rope_head_dim");
            _keys.Set("attention.q_lora_rank", "q_lora_rank", _config.Integer("q_lora_rank"));
            _keys.Set("attention.kv_lora_rank", "kv_lora_rank", _config.Integer("kv_lora_rank"));
            _keys.Set("attention.key_length_mla", "qk_nope_head_dim", (uint?)(_config.Count(MostHeads, "qk_nope_head_dim") + turned));
            _keys.Set("attention.value_length_mla", "v_head_dim", _config.Integer("v_head_dim"));
            _keys.Set("rope.dimension_count", "qk_rope_head_dim", (uint?)turned);
        }
        else
        {
            _keys.Set("attention.head_count_kv", "num_key_value_heads", (uint?)keyValueHeads);
            _keys.Set("attention.key_length", "head_dim", _config.Integer("head_dim"));
            _keys.Set("attention.value_length", "head_dim", _config.Integer("head_dim"));
        }
        return new HeadCounts(heads, (int)keyValueHeads);
    }

    private void TranslateExperts()
    {
        _keys.Set("expert_weights_norm", "norm_topk_prob", _config.Flag("norm_topk_prob"));
        if (_config.Find("scoring_func") is { } function)
        {
            _keys.Set("expert_gating_func", "scoring_func", (uint?)(function.Text() switch
            {
                "softmax" => 1,
                "sigmoid" => 2,
                _ => throw function.Error(JsonNode.Shown(function.Text()), "softmax or sigmoid"),
            }));
        }
        if (_config.Text("topk_method") == "greedy") return;
        _keys.Set("expert_group_count", "n_group", _config.Integer("n_group"));
        _keys.Set("expert_group_used_count", "topk_group", _config.Integer("topk_group"));
    }
}
