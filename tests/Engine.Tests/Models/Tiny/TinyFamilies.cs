using static Engine.Tests.Models.TinyFamily;

namespace Engine.Tests.Models;

/// <summary>One small model of every family, and of the forms in which files of a family differ.</summary>
internal static class TinyFamilies
{
    public static TinyFamily[] All { get; } =
    [
        new("llama") { Rope = "normal", Build = m => Plain(m) },
        new("llama")
        {
            Variant = "Llama 3 factors and every optional bias", Rope = "normal",
            Build = m => { Plain(m, bias: true).Factors("rope_freqs.weight", 4); },
        },
        new("llama") { Variant = "Mixtral", Rope = "normal", Gating = "normalized", Build = m => { Attention(m); Norms(m); Experts(m); } },
        new("llama")
        {
            Variant = "Mistral's window", Rope = "normal", Window = _ => 5,
            Build = m => Plain(m).Key("attention.sliding_window", 5),
        },
        new("llama")
        {
            Variant = "attention scale and fused projection", Rope = "normal", AttentionScale = 0.2,
            Build = m => { Attention(m, fused: true); Norms(m); Dense(m); m.Key("attention.scale", 0.2f); },
        },
        new("qwen2") { Build = m => { Attention(m, inputBias: true); Norms(m); Dense(m); } },
        new("qwen3") { Build = m => { Plain(m); HeadNorms(m, HeadSize, HeadSize); } },
        new("qwen3moe") { Gating = "normalized", Build = m => { Attention(m); Norms(m); Experts(m); HeadNorms(m, HeadSize, HeadSize); } },
        new("gemma") { EmbeddingScale = Math.Sqrt(Width), Activation = Tanh, Build = m => Plain(m) },
        new("gemma2")
        {
            EmbeddingScale = Math.Sqrt(Width), Activation = Tanh, AttentionCap = 2, LogitCap = 3, Window = layer => layer % 2 == 0 ? 5 : 0,
            Build = m => PostNorms(Plain(m)).Key("attn_logit_softcapping", 2f).Key("final_logit_softcapping", 3f)
                .Key("attention.sliding_window", 5),
        },
        new("gemma3")
        {
            EmbeddingScale = Math.Sqrt(Width), Activation = Tanh, Window = layer => layer % 3 < 2 ? 5 : 0,
            RopeBase = layer => layer % 3 < 2 ? 10000 : 1e6,
            Build = m =>
            {
                HeadNorms(PostNorms(Plain(m)), HeadSize, HeadSize);
                m.Key("attention.sliding_window", 5).Key("attention.sliding_window_pattern", 3).Key("rope.freq_base", 1e6f);
            },
        },
        new("phi2")
        {
            LayerNorm = true, Parallel = true, RopeSize = 4, Activation = Tanh,
            Build = m =>
            {
                Attention(m, inputBias: true, outputBias: true);
                Norms(m, "attn_norm", bias: true);
                Dense(m, gate: false, bias: true);
                Output(m).Bias("output.bias", Vocabulary).Key("rope.dimension_count", 4);
            },
        },
        new("phi3") { Build = m => { Attention(m, fused: true); Norms(m); Dense(m, joined: true); } },
        new("smollm3") { Rope = "normal", HasRope = layer => layer != 3, Build = m => Plain(m) },
        new("granite")
        {
            Rope = "normal", AttentionScale = 0.15f, EmbeddingScale = 4, ResidualScale = 0.6f, LogitScale = 0.5,
            Build = m => Multipliers(Plain(m)),
        },
        new("granite") { Variant = "without RoPE", Rope = "none", Build = m => Plain(m).Key("rope.scaling.finetuned", false) },
        new("granitemoe")
        {
            Rope = "normal", AttentionScale = 0.15f, EmbeddingScale = 4, ResidualScale = 0.6f, LogitScale = 0.5, Gating = "normalized",
            Build = m => { Attention(m); Norms(m); Experts(m); Shared(m); Multipliers(m).Key("expert_shared_feed_forward_length", Inner); },
        },
        new("olmo2")
        {
            Build = m =>
            {
                Attention(m);
                HeadNorms(PostNorms(m), 4 * HeadSize, KeyHeads * HeadSize);
                Norms(m, "");
                Dense(m);
                Output(m);
            },
        },
        new("olmo2")
        {
            Variant = "OLMo 3", Window = layer => layer == 2 ? 0 : 5, RopeBase = layer => layer == 2 ? 500000 : 10000,
            Build = m =>
            {
                Attention(m);
                HeadNorms(PostNorms(m), 4 * HeadSize, KeyHeads * HeadSize);
                Norms(m, "");
                Dense(m);
                Output(m).Key("attention.sliding_window", 5).Key("attention.sliding_window_pattern", new[] { true, true, false, true })
                    .Key("rope.freq_base", 500000f).Key("rope.freq_base_swa", 10000f);
            },
        },
        new("olmoe")
        {
            Build = m => { Attention(m); Norms(m); HeadNorms(m, 4 * HeadSize, KeyHeads * HeadSize); Experts(m); Output(m); },
        },
        new("cohere2")
        {
            LayerNorm = true, Parallel = true, Rope = "normal", LogitScale = 0.25,
            Window = layer => layer < 3 ? 5 : 0, HasRope = layer => layer < 3,
            Build = m => { Attention(m); Norms(m, "attn_norm"); Dense(m); m.Key("attention.sliding_window", 5).Key("logit_scale", 0.25f); },
        },
        new("stablelm")
        {
            LayerNorm = true, RopeSize = 2,
            Build = m => { Attention(m, inputBias: true); Norms(m, bias: true); Dense(m); Output(m).Key("rope.dimension_count", 2); },
        },
        new("stablelm")
        {
            Variant = "StableLM 2 12B", LayerNorm = true, Parallel = true, RopeSize = 2,
            Build = m =>
            {
                Attention(m);
                Norms(m, "attn_norm", bias: true);
                ForLayers(p => m.Factors(p + "attn_q_norm.weight", HeadSize, 4).Factors(p + "attn_k_norm.weight", HeadSize, KeyHeads));
                Dense(m);
                Output(m).Key("rope.dimension_count", 2);
            },
        },
        new("gpt2")
        {
            LayerNorm = true, Rope = "none", Activation = Tanh,
            Build = m =>
            {
                Attention(m, fused: true, inputBias: true, outputBias: true);
                Norms(m, bias: true);
                Dense(m, gate: false, bias: true);
                m.Matrix("position_embd.weight", Width, Context);
            },
        },
        .. new[] { true, false }.Select(parallel => new TinyFamily("gptneox")
        {
            Variant = parallel ? "parallel" : "sequential", LayerNorm = true, Parallel = parallel, RopeSize = 4, Activation = Erf,
            Build = m =>
            {
                Attention(m, fused: true, inputBias: true, outputBias: true);
                Norms(m, bias: true);
                Dense(m, gate: false, bias: true);
                Output(m).Key("rope.dimension_count", 4).Key("use_parallel_residual", parallel);
            },
        }),
        .. new[] { true, false }.Select(two => new TinyFamily("falcon")
        {
            Variant = two ? "40B" : "7B", LayerNorm = true, Parallel = true, Activation = Erf,
            Build = m =>
            {
                Attention(m, fused: true);
                Norms(m, two ? "attn_norm attn_norm_2" : "attn_norm", bias: true);
                Dense(m, gate: false);
            },
        }),
        new("starcoder2")
        {
            LayerNorm = true, Activation = Tanh,
            Build = m => { Attention(m, inputBias: true, outputBias: true); Norms(m, bias: true); Dense(m, gate: false, bias: true); },
        },
        new("glm4")
        {
            Rope = "normal", RopeSize = 4,
            Build = m => { Attention(m, inputBias: true); Norms(PostNorms(m)); Dense(m, joined: true); m.Key("rope.dimension_count", 4); },
        },
        new("gpt-oss")
        {
            Window = layer => layer % 2 == 0 ? 5 : 0, Gating = "selected",
            Build = m =>
            {
                Attention(m, inputBias: true, outputBias: true);
                Norms(m, "attn_norm post_attention_norm");
                ForLayers(p => m.Bias(p + "attn_sinks.weight", 4));
                Experts(m, bias: true);
                Output(m).Key("attention.sliding_window", 5);
            },
        },
        new("deepseek2")
        {
            Rope = "normal", RopeSize = 4,
            Build = m => { Latent(m, compressedQueries: true, joined: false); Norms(m); Output(m); Mixture(m); },
        },
        new("deepseek2")
        {
            Variant = "Lite in an old file", Rope = "normal", RopeSize = 4,
            Build = m => { Latent(m, compressedQueries: false, joined: true); Norms(m); Output(m); Mixture(m); },
        },
        new("deepseek2")
        {
            Variant = "V3", Rope = "normal", RopeSize = 4, Gating = "sigmoid", ExpertGroups = 2, ExpertScale = 2.5,
            Build = m =>
            {
                Latent(m, compressedQueries: true, joined: false);
                Norms(m);
                Output(m);
                Mixture(m);
                for (int layer = 1; layer < Layers; layer++) m.Bias($"blk.{layer}.exp_probs_b.bias", 6);
                m.Key("expert_group_count", 2).Key("expert_group_used_count", 1).Key("expert_gating_func", 2)
                    .Key("expert_weights_norm", true).Key("expert_weights_scale", 2.5f);
            },
        },
        new("deepseek2")
        {
            Variant = "V2 with groups", Rope = "normal", RopeSize = 4, ExpertGroups = 3,
            Build = m =>
            {
                Latent(m, compressedQueries: true, joined: false);
                Norms(m);
                Mixture(m);
                m.Key("expert_group_count", 3).Key("expert_group_used_count", 1);
            },
        },
    ];

    public static TinyFamily Bert { get; } = new("bert")
    {
        LayerNorm = true,
        Rope = "none",
        Activation = Erf,
        Build = m =>
        {
            Attention(m, inputBias: true, outputBias: true);
            Dense(m, gate: false, bias: true);
            ForLayers(p => Norm(Norm(m, p + "attn_output_norm", true), p + "layer_output_norm", true));
            Norm(m, "token_embd_norm", true).Matrix("position_embd.weight", Width, Context).Matrix("token_types.weight", Width, 2);
            m.Key("attention.causal", false).Key("pooling_type", 2);
        },
    };

    private static void ForLayers(Action<string> add)
    {
        for (int layer = 0; layer < Layers; layer++) add($"blk.{layer}.");
    }

    private static TinyModel Plain(TinyModel m, bool bias = false) =>
        Dense(Norms(Attention(m, inputBias: bias, outputBias: bias)), bias: bias);

    private static TinyModel Attention(TinyModel m, bool fused = false, bool inputBias = false, bool outputBias = false)
    {
        const int Queries = 4 * HeadSize, Keys = KeyHeads * HeadSize;
        ForLayers(p =>
        {
            (string Name, int Rows)[] inputs = fused
                ? [("attn_qkv", Queries + 2 * Keys)]
                : [("attn_q", Queries), ("attn_k", Keys), ("attn_v", Keys)];
            foreach ((string name, int rows) in inputs)
            {
                m.Matrix($"{p}{name}.weight", Width, rows);
                if (inputBias) m.Bias($"{p}{name}.bias", rows);
            }
            m.Matrix(p + "attn_output.weight", Queries, Width);
            if (outputBias) m.Bias(p + "attn_output.bias", Width);
        });
        return m;
    }

    private static void Latent(TinyModel m, bool compressedQueries, bool joined)
    {
        const int Rank = 12, Turned = 4, Value = 6, QueryRank = 10;
        ForLayers(p =>
        {
            if (compressedQueries)
            {
                m.Matrix(p + "attn_q_a.weight", Width, QueryRank).Factors(p + "attn_q_a_norm.weight", QueryRank)
                    .Matrix(p + "attn_q_b.weight", QueryRank, 4 * HeadSize);
            }
            else
            {
                m.Matrix(p + "attn_q.weight", Width, 4 * HeadSize);
            }
            m.Matrix(p + "attn_kv_a_mqa.weight", Width, Rank + Turned).Factors(p + "attn_kv_a_norm.weight", Rank);
            if (joined) m.Matrix(p + "attn_kv_b.weight", Rank, 4 * (HeadSize - Turned + Value));
            else m.Matrix(p + "attn_k_b.weight", HeadSize - Turned, Rank, 4).Matrix(p + "attn_v_b.weight", Rank, Value, 4);
            m.Matrix(p + "attn_output.weight", 4 * Value, Width);
        });
        m.Key("attention.kv_lora_rank", Rank).Key("rope.dimension_count", Turned).Key("attention.value_length", Value);
        if (compressedQueries) m.Key("attention.q_lora_rank", QueryRank);
        if (joined) return;
        m.Key("attention.key_length", Rank + Turned).Key("attention.value_length", Rank)
            .Key("attention.key_length_mla", HeadSize).Key("attention.value_length_mla", Value).Key("attention.head_count_kv", 1);
    }

    private static TinyModel Norms(TinyModel m, string names = "attn_norm ffn_norm", bool bias = false)
    {
        ForLayers(p =>
        {
            foreach (string name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries)) Norm(m, p + name, bias);
        });
        return Norm(m, "output_norm", bias);
    }

    private static TinyModel Norm(TinyModel m, string name, bool bias)
    {
        m.Factors(name + ".weight", Width);
        return bias ? m.Bias(name + ".bias", Width) : m;
    }

    private static TinyModel PostNorms(TinyModel m)
    {
        ForLayers(p => m.Factors(p + "post_attention_norm.weight", Width).Factors(p + "post_ffw_norm.weight", Width));
        return m;
    }

    private static void HeadNorms(TinyModel m, int queries, int keys) =>
        ForLayers(p => m.Factors(p + "attn_q_norm.weight", queries).Factors(p + "attn_k_norm.weight", keys));

    private static TinyModel Dense(TinyModel m, bool gate = true, bool joined = false, bool bias = false)
    {
        ForLayers(p => Dense(m, p, "", gate && !joined, joined ? 2 * Inner : Inner, bias));
        return m;
    }

    private static void Dense(TinyModel m, string p, string suffix, bool gate, int up, bool bias)
    {
        string[] names = gate ? ["ffn_gate", "ffn_up"] : ["ffn_up"];
        foreach (string name in names)
        {
            m.Matrix($"{p}{name}{suffix}.weight", Width, up);
            if (bias) m.Bias($"{p}{name}{suffix}.bias", up);
        }
        m.Matrix($"{p}ffn_down{suffix}.weight", Inner, Width);
        if (bias) m.Bias($"{p}ffn_down{suffix}.bias", Width);
    }

    private static void Experts(TinyModel m, bool bias = false, int count = 4)
    {
        m.Key("expert_count", count).Key("expert_used_count", 2);
        ForLayers(p => Experts(m, p, count, bias));
    }

    private static void Experts(TinyModel m, string p, int count, bool bias)
    {
        m.Matrix(p + "ffn_gate_inp.weight", Width, count).Matrix(p + "ffn_gate_exps.weight", Width, Inner, count)
            .Matrix(p + "ffn_up_exps.weight", Width, Inner, count).Matrix(p + "ffn_down_exps.weight", Inner, Width, count);
        if (!bias) return;
        m.Bias(p + "ffn_gate_inp.bias", count).Bias(p + "ffn_gate_exps.bias", Inner, count).Bias(p + "ffn_up_exps.bias", Inner, count)
            .Bias(p + "ffn_down_exps.bias", Width, count);
    }

    private static void Shared(TinyModel m) => ForLayers(p => Dense(m, p, "_shexp", gate: true, Inner, bias: false));

    /// <summary>DeepSeek's: a dense layer, then six experts and a shared one.</summary>
    private static void Mixture(TinyModel m)
    {
        m.Key("expert_count", 6).Key("expert_used_count", 2).Key("expert_shared_count", 1).Key("expert_feed_forward_length", Inner)
            .Key("leading_dense_block_count", 1);
        Dense(m, "blk.0.", "", gate: true, Inner, bias: false);
        for (int layer = 1; layer < Layers; layer++)
        {
            Experts(m, $"blk.{layer}.", 6, bias: false);
            Dense(m, $"blk.{layer}.", "_shexp", gate: true, Inner, bias: false);
        }
    }

    private static TinyModel Multipliers(TinyModel m) =>
        m.Key("attention.scale", 0.15f).Key("embedding_scale", 4f).Key("residual_scale", 0.6f).Key("logit_scale", 2f);

    private static TinyModel Output(TinyModel m) => m.Matrix("output.weight", Width, Vocabulary);
}
