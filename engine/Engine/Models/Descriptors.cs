using Engine.Kernels;

namespace Engine.Models;

/// <summary>The families that can be run.</summary>
public static class Descriptors
{
    /// <summary>All of them, by architecture.</summary>
    public static IReadOnlyDictionary<string, Descriptor> All { get; } =
        Table().ToDictionary(family => family.Architecture, StringComparer.Ordinal);

    private static TensorNames PostNorms => new()
    {
        PostAttentionNorm = "post_attention_norm",
        PostFeedForwardNorm = "post_ffw_norm",
    };

    private static TensorNames OneSharedNorm => new() { FeedForwardNorm = ["attn_norm"] };

    private static IEnumerable<Descriptor> Table() =>
    [
        new()
        {
            Architecture = "llama",
            Models = "Llama 1 to 3, Mistral, Mixtral, SmolLM",
            Rope = RopeLayout.Normal,
            NormalizesExperts = true,
        },
        new() { Architecture = "qwen2", Models = "Qwen2, Qwen2.5", Biases = Biases.Attention },
        new() { Architecture = "qwen3", Models = "Qwen3", QueryKeyNorm = QueryKeyNorm.Heads },
        new()
        {
            Architecture = "qwen3moe",
            Models = "Qwen3-MoE",
            QueryKeyNorm = QueryKeyNorm.Heads,
            NormalizesExperts = true,
        },
        new()
        {
            Architecture = "gemma",
            Models = "Gemma",
            ScalesEmbedding = true,
            Activation = ActivationFunction.GeluTanh,
        },
        new()
        {
            Architecture = "gemma2",
            Models = "Gemma 2",
            Names = PostNorms,
            ScalesEmbedding = true,
            Activation = ActivationFunction.GeluTanh,
            AttentionSoftCap = 50f,
            LogitSoftCap = 30f,
            Window = new() { Period = 2, DefaultSize = 4096 },
            WidthScaledLayerCounts = [46],
        },
        new()
        {
            Architecture = "gemma3",
            Models = "Gemma 3",
            Names = PostNorms,
            QueryKeyNorm = QueryKeyNorm.Heads,
            ScalesEmbedding = true,
            Activation = ActivationFunction.GeluTanh,
            Window = new() { Period = 6, UnscaledRope = true, DefaultRopeBase = 10000f },
            WidthScaledLayerCounts = [62],
        },
        new()
        {
            Architecture = "phi2",
            Models = "Phi-1, Phi-2",
            Names = OneSharedNorm,
            Norm = NormKind.Layer,
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.FeedForward | Biases.Norm | Biases.Output,
            RequiresOutput = true,
            Activation = ActivationFunction.GeluTanh,
            Gated = false,
        },
        new() { Architecture = "phi3", Models = "Phi-3, Phi-4" },
        new() { Architecture = "smollm3", Models = "SmolLM3", Rope = RopeLayout.Normal, RopePlaces = RopePlaces.AllButEveryFourth },
        new()
        {
            Architecture = "granite",
            Models = "Granite 3",
            Rope = RopeLayout.Normal,
            RopeSwitch = "rope.scaling.finetuned",
            DividesLogits = true,
        },
        new()
        {
            Architecture = "granitemoe",
            Models = "Granite 3 MoE",
            Rope = RopeLayout.Normal,
            RopeSwitch = "rope.scaling.finetuned",
            DividesLogits = true,
            NormalizesExperts = true,
        },
        new()
        {
            Architecture = "olmo2",
            Models = "OLMo 2, OLMo 3",
            Names = PostNorms with { AttentionNorm = [], FeedForwardNorm = [] },
            QueryKeyNorm = QueryKeyNorm.Whole,
            RequiresOutput = true,
            Window = new() { Period = 4, UnscaledRope = true },
        },
        new()
        {
            Architecture = "olmoe",
            Models = "OLMoE",
            QueryKeyNorm = QueryKeyNorm.Whole,
            RequiresOutput = true,
        },
        new()
        {
            Architecture = "cohere2",
            Models = "Command R7B, Command A",
            Names = OneSharedNorm,
            Norm = NormKind.Layer,
            Rope = RopeLayout.Normal,
            RopePlaces = RopePlaces.WindowLayers,
            Window = new() { Period = 4 },
        },
        new()
        {
            Architecture = "stablelm",
            Models = "StableLM",
            Names = new() { FeedForwardNorm = ["ffn_norm", "attn_norm"] },
            Norm = NormKind.Layer,
            Biases = Biases.Norm,
            RequiresOutput = true,
            QueryKeyNorm = QueryKeyNorm.OptionalOwnHeads,
        },
        new()
        {
            Architecture = "gpt2",
            Models = "GPT-2",
            Names = new() { PositionEmbedding = "position_embd" },
            Norm = NormKind.Layer,
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.FeedForward | Biases.Norm,
            Rope = null,
            Activation = ActivationFunction.GeluTanh,
            Gated = false,
        },
        new()
        {
            Architecture = "gptneox",
            Models = "GPT-NeoX, Pythia",
            Norm = NormKind.Layer,
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.FeedForward | Biases.Norm,
            RequiresOutput = true,
            Parallel = ParallelBlock.AsFileSays,
            Activation = ActivationFunction.GeluErf,
            Gated = false,
        },
        new()
        {
            Architecture = "falcon",
            Models = "Falcon 7B, 40B and 180B",
            Names = new() { AttentionNorm = ["attn_norm_2", "attn_norm"], FeedForwardNorm = ["attn_norm"] },
            Norm = NormKind.Layer,
            Biases = Biases.Norm,
            Parallel = ParallelBlock.Always,
            Activation = ActivationFunction.GeluErf,
            Gated = false,
        },
        new()
        {
            Architecture = "starcoder2",
            Models = "StarCoder2",
            Norm = NormKind.Layer,
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.FeedForward | Biases.Norm,
            Activation = ActivationFunction.GeluTanh,
            Gated = false,
        },
        new() { Architecture = "glm4", Models = "GLM-4", Names = PostNorms, Rope = RopeLayout.Normal },
        new() { Architecture = "deepseek2", Models = "DeepSeek-V2, DeepSeek-V3", Rope = RopeLayout.Normal, Latent = true },
        new()
        {
            Architecture = "gpt-oss",
            Models = "GPT-OSS",
            Names = new() { FeedForwardNorm = ["post_attention_norm"] },
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.Experts,
            RequiresOutput = true,
            Window = new() { Period = 2 },
            Sinks = true,
            Activation = ActivationFunction.ClampedSwiglu,
            Gating = Gating.SoftmaxOfSelected,
        },
        new()
        {
            Architecture = "bert",
            Models = "BERT and its sentence encoders",
            Names = new()
            {
                PositionEmbedding = "position_embd",
                TokenTypes = "token_types",
                EmbeddingNorm = "token_embd_norm",
                OutputNorm = null,
                AttentionNorm = [],
                AttentionResidualNorm = "attn_output_norm",
                FeedForwardNorm = [],
                FeedForwardResidualNorm = "layer_output_norm",
            },
            Norm = NormKind.Layer,
            Biases = Biases.Attention | Biases.AttentionOutput | Biases.FeedForward | Biases.Norm,
            Rope = null,
            Activation = ActivationFunction.GeluErf,
            Gated = false,
            Encoder = true,
        },
    ];
}
