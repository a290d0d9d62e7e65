using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>Tells from its name what a tensor does, and whether it is quantized at all.</summary>
public static class TensorRoles
{
    private static readonly (string Name, TensorRole Role)[] Whole =
    [
        ("output.weight", TensorRole.Output),
        ("token_embd.weight", TensorRole.Embedding),
        ("per_layer_token_embd.weight", TensorRole.Embedding),
    ];

    private static readonly (string Part, TensorRole Role)[] Parts =
    [
        ("attn_qkv.weight", TensorRole.Value),
        ("attn_kv_b.weight", TensorRole.Value),
        ("attn_v.weight", TensorRole.Value),
        ("attn_k.weight", TensorRole.Key),
        ("attn_q.weight", TensorRole.Query),
        ("attn_output.weight", TensorRole.AttentionOutput),
        ("ffn_up", TensorRole.Up),
        ("ffn_gate", TensorRole.Gate),
        ("ffn_down", TensorRole.Down),
    ];

    // Too small to be worth it, or too sensitive: norms, routers, convolutions, position embeddings, low-rank factors.
    private static readonly string[] NeverQuantized =
    [
        "_norm.weight", "ffn_gate_inp.weight", "ffn_gate_tid2eid.weight", "altup", "laurel", "per_layer_model_proj",
        "ssm_conv1d", "shortconv.conv.weight", "indexer.k_proj.weight", "indexer.q_proj.weight",
        "time_mix_first.weight", "time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight",
        "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
        "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight", "time_mix_decay_w2.weight", "time_mix_lerp_fused.weight",
        "attn_rel_b.weight", ".position_embd", "sam.pos_embd", "sam.neck.", "sam.net_", ".rel_pos", ".patch_embd", ".patch_merger",
        "a.rvq.codebook", "mm.a.code_embd",
    ];

    private static readonly string[] NeverQuantizedNames = ["position_embd.weight", "token_types.weight"];

    /// <summary>The role of a tensor.</summary>
    public static TensorRole Of(string name)
    {
        foreach ((string whole, TensorRole role) in Whole)
            if (name == whole) return role;
        foreach ((string part, TensorRole role) in Parts)
            if (name.Contains(part, StringComparison.Ordinal)) return role;
        return TensorRole.Other;
    }

    /// <summary>
    /// Whether a tensor is a matrix of weights (or a stack of them) that may be quantized; norms, biases, routers and the like are not.
    /// </summary>
    public static bool IsQuantizable(TensorDescription tensor) =>
        tensor.Axes >= 2
        && QuantTypes.Get(tensor.Type).CanDecode
        && tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && !NeverQuantizedNames.Contains(tensor.Name)
        && !NeverQuantized.Any(part => tensor.Name.Contains(part, StringComparison.Ordinal));
}
