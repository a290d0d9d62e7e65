namespace Engine.Models.HuggingFace;

/// <summary>Names of tensors that families have in common.</summary>
internal static class FamilyRules
{
    /// <summary>The output matrix.</summary>
    public static readonly TensorRule LmHead = new("output", "lm_head") { IsOutside = true };

    /// <summary>Embedding, last norm and output.</summary>
    public static readonly TensorRule[] PlainModel = [new("token_embd", "embed_tokens"), new("output_norm", "norm"), LmHead];

    /// <summary>A feed-forward network with a gate.</summary>
    public static readonly TensorRule[] GatedMlp =
    [
        new("ffn_gate", "mlp.gate_proj"),
        new("ffn_up", "mlp.up_proj"),
        new("ffn_down", "mlp.down_proj"),
    ];

    /// <summary>The same with gate and up projection in one matrix.</summary>
    public static readonly TensorRule[] FusedMlp = [new("ffn_up", "mlp.gate_up_proj"), new("ffn_down", "mlp.down_proj")];

    /// <summary>Experts, each a network with a gate, and what chooses them.</summary>
    public static readonly TensorRule[] Experts =
    [
        new("ffn_gate_inp", "mlp.gate"),
        new("ffn_gate_exps", "mlp.experts.{n}.gate_proj"),
        new("ffn_up_exps", "mlp.experts.{n}.up_proj"),
        new("ffn_down_exps", "mlp.experts.{n}.down_proj"),
    ];

    /// <summary>Norms before attention and feed-forward network.</summary>
    public static readonly TensorRule[] PreNorms = [new("attn_norm", "input_layernorm"), new("ffn_norm", "post_attention_layernorm")];

    /// <summary>Norms behind them.</summary>
    public static readonly TensorRule[] PostNorms =
    [
        new("post_attention_norm", "post_attention_layernorm"),
        new("post_ffw_norm", "post_feedforward_layernorm"),
    ];

    /// <summary>Norms of queries and keys.</summary>
    public static readonly TensorRule[] QueryKeyNorms = [new("attn_q_norm", "self_attn.q_norm"), new("attn_k_norm", "self_attn.k_norm")];

    /// <summary>Attention with RoPE in NeoX's layout, which is that of transformers: rows stay where they are.</summary>
    public static readonly TensorRule[] Attention = AttentionWith(RowOrder.AsStored, RowOrder.AsStored);

    /// <summary>Attention of Llama and what came from it: GGUF wants the elements of a pair side by side.</summary>
    public static readonly TensorRule[] PairedAttention = AttentionWith(RowOrder.QueryPairs, RowOrder.KeyPairs);

    /// <summary>Embedding, last norm and output of Gemma, whose norms multiply by 1 + weight.</summary>
    public static readonly TensorRule[] GemmaModel = [PlainModel[0], .. PlusOne([PlainModel[1]]), LmHead];

    /// <summary>Gemma's norms before and behind.</summary>
    public static readonly TensorRule[] GemmaNorms =
        PlusOne([new("attn_norm", "input_layernorm"), .. PostNorms, new("ffn_norm", "pre_feedforward_layernorm")]);

    /// <summary>A layer with latent attention, dense or with experts.</summary>
    public static TensorRule[] DeepSeekLayer =>
    [
        .. PreNorms,
        new("attn_q", "self_attn.q_proj"),
        new("attn_q_a", "self_attn.q_a_proj"),
        new("attn_q_a_norm", "self_attn.q_a_layernorm"),
        new("attn_q_b", "self_attn.q_b_proj"),
        new("attn_kv_a_mqa", "self_attn.kv_a_proj_with_mqa"),
        new("attn_kv_a_norm", "self_attn.kv_a_layernorm"),
        new("attn_kv_b", "self_attn.kv_b_proj"),
        Attention[^1], .. GatedMlp, .. Experts,
        new("exp_probs_b.bias", "mlp.gate.e_score_correction_bias") { IsWholeName = true },
        new("ffn_gate_shexp", "mlp.shared_experts.gate_proj"),
        new("ffn_up_shexp", "mlp.shared_experts.up_proj"),
        new("ffn_down_shexp", "mlp.shared_experts.down_proj"),
    ];

    /// <summary>A parameter of GPT-OSS's experts: a stack [experts, inputs, outputs].</summary>
    public static TensorRule ExpertParameter(string gguf, string checkpoint, RowOrder order) =>
        new(gguf, "mlp.experts." + checkpoint) { IsWholeName = true, IsStack = true, Transposed = true, Order = order };

    private static TensorRule[] AttentionWith(RowOrder queries, RowOrder keys) =>
    [
        new("attn_q", "self_attn.q_proj") { Order = queries },
        new("attn_k", "self_attn.k_proj") { Order = keys },
        new("attn_v", "self_attn.v_proj"),
        new("attn_output", "self_attn.o_proj"),
    ];

    /// <summary>The rules with 1 added to every value.</summary>
    public static TensorRule[] PlusOne(TensorRule[] rules) => [.. rules.Select(rule => rule with { Offset = 1 })];
}
