using Engine.Formats;
using Engine.Tokenization.Json;
using static Engine.Models.HuggingFace.FamilyRules;

namespace Engine.Models.HuggingFace;

/// <summary>The families whose checkpoints can be read.</summary>
internal static class FolderFamilies
{
    /// <summary>All of them, by model_type.</summary>
    public static IReadOnlyDictionary<string, FolderFamily> All { get; } =
        Table().SelectMany(family => family.ModelTypes.Select(type => (type, family)))
            .ToDictionary(pair => pair.type, pair => pair.family, StringComparer.Ordinal);

    /// <summary>Finds the family of a config.json.</summary>
    /// <exception cref="ModelFormatException">It names no model_type, or one that is not known.</exception>
    public static FolderFamily Find(JsonNode config)
    {
        string known = "one of " + string.Join(", ", All.Keys.Order(StringComparer.Ordinal));
        if (config.FindText("model_type") is not { } type) throw config.ErrorAt("model_type", "nothing", known);
        return All.TryGetValue(type, out FolderFamily? family)
            ? family
            : throw config.ErrorAt("model_type", $"the unsupported {JsonNode.Shown(type)}", known);
    }

    private static IEnumerable<FolderFamily> Table() =>
    [
        new()
        {
            ModelTypes = ["llama", "mistral"],
            Architecture = "llama",
            Model = PlainModel,
            Layer = [.. PreNorms, .. PairedAttention, .. GatedMlp],
        },
        new()
        {
            ModelTypes = ["mixtral"],
            Architecture = "llama",
            Model = PlainModel,
            Layer =
            [
                .. PreNorms, .. PairedAttention,
                new("ffn_gate_inp", "block_sparse_moe.gate"),
                new("ffn_gate_exps", "block_sparse_moe.experts.{n}.w1"),
                new("ffn_up_exps", "block_sparse_moe.experts.{n}.w3"),
                new("ffn_down_exps", "block_sparse_moe.experts.{n}.w2"),
            ],
        },
        new()
        {
            ModelTypes = ["qwen2"],
            Architecture = "qwen2",
            Model = PlainModel,
            Layer = [.. PreNorms, .. Attention, .. GatedMlp],
            Defaults = """{"use_sliding_window": false}""",
        },
        new()
        {
            ModelTypes = ["qwen3"],
            Architecture = "qwen3",
            Model = PlainModel,
            Layer = [.. PreNorms, .. Attention, .. QueryKeyNorms, .. GatedMlp],
            Defaults = """{"use_sliding_window": false}""",
        },
        new()
        {
            ModelTypes = ["qwen3_moe"],
            Architecture = "qwen3moe",
            Model = PlainModel,
            Layer = [.. PreNorms, .. Attention, .. QueryKeyNorms, .. Experts],
            Required = [("decoder_sparse_step", "1"), ("mlp_only_layers", "[]")],
            Defaults = """{"use_sliding_window": false, "norm_topk_prob": false}""",
        },
        new()
        {
            ModelTypes = ["gemma"],
            Architecture = "gemma",
            Model = GemmaModel,
            Layer = [.. PlusOne(PreNorms), .. Attention, .. GatedMlp],
            ActivationKeys = ["hidden_activation"],
        },
        new()
        {
            ModelTypes = ["gemma2"],
            Architecture = "gemma2",
            Model = GemmaModel,
            Layer = [.. GemmaNorms, .. Attention, .. GatedMlp],
            ActivationKeys = ["hidden_activation"],
        },
        Gemma3,
        Gemma3 with
        {
            ModelTypes = ["gemma3"],
            TextConfig = "text_config",
            Prefixes = ["language_model.model.", "model.language_model."],
            Ignored = ["vision_tower.", "multi_modal_projector.", "model.vision_tower.", "model.multi_modal_projector.", "language_model.lm_head."],
        },
        new()
        {
            ModelTypes = ["phi3"],
            Architecture = "phi3",
            Model = PlainModel,
            Layer = [.. PreNorms, new("attn_qkv", "self_attn.qkv_proj"), Attention[^1], .. FusedMlp],
        },
        new()
        {
            ModelTypes = ["phi"],
            Architecture = "phi2",
            Model = [PlainModel[0], new("output_norm", "final_layernorm"), LmHead],
            Layer =
            [
                PreNorms[0], .. Attention[..^1],
                new("attn_output", "self_attn.dense"),
                new("ffn_up", "mlp.fc1"),
                new("ffn_down", "mlp.fc2"),
            ],
            Required = [("qk_layernorm", "false")],
        },
        new()
        {
            ModelTypes = ["smollm3"],
            Architecture = "smollm3",
            Model = PlainModel,
            Layer = [.. PreNorms, .. PairedAttention, .. GatedMlp],
            Required = [("no_rope_layer_interval", "4")],
            Defaults = """{"use_sliding_window": false}""",
        },
        new()
        {
            ModelTypes = ["granite"],
            Architecture = "granite",
            Model = PlainModel,
            Layer = [.. PreNorms, .. PairedAttention, .. GatedMlp],
        },
        new()
        {
            ModelTypes = ["granitemoe"],
            Architecture = "granitemoe",
            Model = PlainModel,
            Layer =
            [
                .. PreNorms, .. PairedAttention,
                new("ffn_gate_inp", "block_sparse_moe.router.layer"),
                new("ffn_gate_exps", "block_sparse_moe.input_linear") { Order = RowOrder.FirstHalf, IsStack = true },
                new("ffn_up_exps", "block_sparse_moe.input_linear") { Order = RowOrder.SecondHalf, IsStack = true },
                new("ffn_down_exps", "block_sparse_moe.output_linear") { IsStack = true },
            ],
        },
        new()
        {
            ModelTypes = ["olmo2", "olmo3"],
            Architecture = "olmo2",
            Model = PlainModel,
            Layer = [.. PostNorms, .. Attention, .. QueryKeyNorms, .. GatedMlp],
        },
        new()
        {
            ModelTypes = ["olmoe"],
            Architecture = "olmoe",
            Model = PlainModel,
            Layer = [.. PreNorms, .. Attention, .. QueryKeyNorms, .. Experts],
        },
        new()
        {
            ModelTypes = ["cohere2"],
            Architecture = "cohere2",
            Model = PlainModel,
            Layer = [PreNorms[0], .. Attention, .. GatedMlp],
            Required = [("use_qk_norm", "false"), ("use_parallel_block", "true")],
        },
        new()
        {
            ModelTypes = ["stablelm"],
            Architecture = "stablelm",
            Model = PlainModel,
            Layer =
            [
                .. PreNorms, .. Attention,
                new("attn_q_norm", "self_attn.q_layernorm.norms.{n}"),
                new("attn_k_norm", "self_attn.k_layernorm.norms.{n}"),
                .. GatedMlp,
            ],
        },
        new()
        {
            ModelTypes = ["gpt2"],
            Architecture = "gpt2",
            Prefixes = ["transformer.", ""],
            LayerPath = "h.",
            Model = [new("token_embd", "wte"), new("position_embd", "wpe"), new("output_norm", "ln_f"), LmHead],
            Layer =
            [
                new("attn_norm", "ln_1"),
                new("attn_qkv", "attn.c_attn") { Transposed = true },
                new("attn_output", "attn.c_proj") { Transposed = true },
                new("ffn_norm", "ln_2"),
                new("ffn_up", "mlp.c_fc") { Transposed = true },
                new("ffn_down", "mlp.c_proj") { Transposed = true },
            ],
            FourfoldInner = true,
            Required = [("scale_attn_by_inverse_layer_idx", "false"), ("scale_attn_weights", "true"), ("add_cross_attention", "false")],
        },
        new()
        {
            ModelTypes = ["gpt_neox"],
            Architecture = "gptneox",
            Prefixes = ["gpt_neox."],
            Model = [new("token_embd", "embed_in"), new("output_norm", "final_layer_norm"), new("output", "embed_out") { IsOutside = true }],
            Layer =
            [
                .. PreNorms,
                new("attn_qkv", "attention.query_key_value") { Order = RowOrder.GroupedHeads },
                new("attn_output", "attention.dense"),
                new("ffn_up", "mlp.dense_h_to_4h"),
                new("ffn_down", "mlp.dense_4h_to_h"),
            ],
            Defaults = """{"use_parallel_residual": true, "rotary_pct": 0.25}""",
        },
        new()
        {
            ModelTypes = ["falcon"],
            Architecture = "falcon",
            Prefixes = ["transformer."],
            LayerPath = "h.",
            Model = [new("token_embd", "word_embeddings"), new("output_norm", "ln_f"), LmHead],
            Layer =
            [
                new("attn_norm_2", "ln_attn"),
                new("attn_norm", "ln_mlp"),
                new("attn_norm", "input_layernorm"),
                new("attn_qkv", "self_attention.query_key_value") { Order = RowOrder.GroupedHeads },
                new("attn_output", "self_attention.dense"),
                new("ffn_up", "mlp.dense_h_to_4h"),
                new("ffn_down", "mlp.dense_4h_to_h"),
            ],
            ActivationKeys = ["activation"],
            FourfoldInner = true,
            KeyValueHeads = (config, heads) =>
                config.Flag("new_decoder_architecture") == true ? config.Integer("num_kv_heads", "n_head_kv") ?? heads
                : config.Flag("multi_query") == false ? heads : 1,
            Required = [("alibi", "false"), ("parallel_attn", "true")],
            Defaults = """{"max_position_embeddings": 2048}""",
        },
        new()
        {
            ModelTypes = ["starcoder2"],
            Architecture = "starcoder2",
            Model = PlainModel,
            Layer = [.. PreNorms, .. Attention, new("ffn_up", "mlp.c_fc"), new("ffn_down", "mlp.c_proj")],
            Required = [("norm_type", "layer_norm"), ("mlp_type", "default")],
        },
        new()
        {
            ModelTypes = ["glm4"],
            Architecture = "glm4",
            Model = PlainModel,
            Layer =
            [
                .. PreNorms,
                new("post_attention_norm", "post_self_attn_layernorm"),
                new("post_ffw_norm", "post_mlp_layernorm"),
                .. Attention, .. FusedMlp,
            ],
            Defaults = """{"partial_rotary_factor": 0.5}""",
        },
        new()
        {
            ModelTypes = ["deepseek_v2"],
            Architecture = "deepseek2",
            Model = PlainModel,
            Layer = DeepSeekLayer,
            Required = [("moe_layer_freq", "1"), ("scoring_func", "softmax")],
        },
        new()
        {
            ModelTypes = ["deepseek_v3"],
            Architecture = "deepseek2",
            Model = PlainModel,
            Layer = DeepSeekLayer,
            Required = [("moe_layer_freq", "1")],
            Defaults = """{"scoring_func": "sigmoid", "norm_topk_prob": true}""",
        },
        new()
        {
            ModelTypes = ["gpt_oss"],
            Architecture = "gpt-oss",
            Model = PlainModel,
            Layer =
            [
                PreNorms[0], PostNorms[0], .. Attention,
                new("attn_sinks.weight", "self_attn.sinks") { IsWholeName = true },
                new("ffn_gate_inp", "mlp.router"),
                ExpertParameter("ffn_gate_exps.weight", "gate_up_proj", RowOrder.EvenRows),
                ExpertParameter("ffn_up_exps.weight", "gate_up_proj", RowOrder.OddRows),
                ExpertParameter("ffn_down_exps.weight", "down_proj", RowOrder.AsStored),
                ExpertParameter("ffn_gate_exps.bias", "gate_up_proj_bias", RowOrder.EvenRows),
                ExpertParameter("ffn_up_exps.bias", "gate_up_proj_bias", RowOrder.OddRows),
                ExpertParameter("ffn_down_exps.bias", "down_proj_bias", RowOrder.AsStored),
            ],
            Required = [("swiglu_limit", "7.0"), ("swiglu_alpha", "1.702")],
        },
        new()
        {
            ModelTypes = ["bert"],
            Architecture = "bert",
            Prefixes = ["bert.", ""],
            LayerPath = "encoder.layer.",
            Model =
            [
                new("token_embd", "embeddings.word_embeddings"),
                new("position_embd", "embeddings.position_embeddings"),
                new("token_types", "embeddings.token_type_embeddings"),
                new("token_embd_norm", "embeddings.LayerNorm"),
            ],
            Layer =
            [
                new("attn_q", "attention.self.query"),
                new("attn_k", "attention.self.key"),
                new("attn_v", "attention.self.value"),
                new("attn_output", "attention.output.dense"),
                new("attn_output_norm", "attention.output.LayerNorm"),
                new("ffn_up", "intermediate.dense"),
                new("ffn_down", "output.dense"),
                new("layer_output_norm", "output.LayerNorm"),
            ],
            Ignored = ["pooler.", "cls."],
            Required = [("position_embedding_type", "absolute"), ("is_decoder", "false")],
        },
    ];

    private static FolderFamily Gemma3 => new()
    {
        ModelTypes = ["gemma3_text"],
        Architecture = "gemma3",
        Model = GemmaModel,
        Layer = [.. GemmaNorms, .. Attention, .. PlusOne(QueryKeyNorms), .. GatedMlp],
        ActivationKeys = ["hidden_activation"],
        // Where the text model is a part of another, its config.json has only what differs from these.
        Defaults = """
            {
              "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 131072, "rms_norm_eps": 1e-6,
              "rope_theta": 1000000, "rope_local_base_freq": 10000, "query_pre_attn_scalar": 256, "sliding_window": 4096,
              "sliding_window_pattern": 6
            }
            """,
    };
}
