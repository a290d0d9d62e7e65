using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Models;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>Models whose keys and tensors do not belong together: one exception that says where, what, and what instead.</summary>
public sealed class BadModelTests
{
    private static TinyModel Llama() => TinyFamilies.All[0].Create();

    private static TinyModel Named(string name) => TinyFamilies.All.Single(family => family.ToString() == name).Create();

    private static ModelFormatException Refused(TinyModel tiny)
    {
        var exception = Assert.Throws<ModelFormatException>(() => tiny.Load());
        Assert.Equal(tiny.Architecture, exception.File);
        return exception;
    }

    [Fact]
    public void An_unknown_architecture_says_which_are_known()
    {
        TinyModel tiny = Llama().Raw("general.architecture", GgufValue.Of("mamba"));
        ModelFormatException exception = Refused(tiny);
        Assert.Equal("general.architecture", exception.Item);
        Assert.Contains("mamba", exception.Found);
        Assert.All(Descriptors.All.Keys, name => Assert.Contains(name, exception.Expected));
    }

    [Theory]
    [InlineData("embedding_length")]
    [InlineData("block_count")]
    [InlineData("context_length")]
    [InlineData("feed_forward_length")]
    [InlineData("attention.head_count")]
    [InlineData("attention.layer_norm_rms_epsilon")]
    public void A_missing_key_is_named(string key) => Assert.Equal("llama." + key, Refused(Llama().Without(key)).Item);

    [Theory]
    [InlineData("block_count", 0)]
    [InlineData("block_count", int.MaxValue)]
    [InlineData("embedding_length", -1)]
    [InlineData("embedding_length", int.MaxValue)]
    [InlineData("context_length", 0)]
    [InlineData("feed_forward_length", -5)]
    [InlineData("attention.head_count", 0)]
    [InlineData("attention.head_count", 3)]
    [InlineData("attention.head_count", int.MaxValue)]
    [InlineData("attention.head_count_kv", 3)]
    [InlineData("attention.head_count_kv", 0)]
    [InlineData("attention.key_length", 0)]
    [InlineData("attention.value_length", int.MaxValue)]
    [InlineData("rope.dimension_count", 7)]
    [InlineData("rope.dimension_count", 64)]
    [InlineData("attention.sliding_window", -1)]
    public void An_absurd_size_is_refused(string key, int value)
    {
        ModelFormatException exception = Refused(Llama().Key(key, value));
        Assert.NotEmpty(exception.Expected);
    }

    [Theory]
    [InlineData("attention.layer_norm_rms_epsilon", float.NaN)]
    [InlineData("attention.layer_norm_rms_epsilon", -1f)]
    [InlineData("rope.freq_base", 0f)]
    [InlineData("rope.freq_base", float.PositiveInfinity)]
    [InlineData("logit_scale", float.NaN)]
    [InlineData("attention.max_alibi_bias", 8f)]
    [InlineData("attention.temperature_scale", 0.1f)]
    public void An_absurd_number_is_refused(string key, float value) => Assert.Equal("llama." + key, Refused(Llama().Key(key, value)).Item);

    [Theory]
    [InlineData("expert_used_count", 0)]
    [InlineData("expert_used_count", 5)]
    [InlineData("expert_count", 3)]
    [InlineData("expert_group_count", 3)]
    [InlineData("expert_gating_func", 9)]
    public void Experts_that_do_not_add_up_are_refused(string key, int value) => Refused(Named("llama, Mixtral").Key(key, value));

    [Fact]
    public void A_generator_that_sees_the_future_is_refused() =>
        Assert.Equal("llama.attention.causal", Refused(Llama().Key("attention.causal", false)).Item);

    [Fact]
    public void An_unknown_rope_scaling_is_refused() =>
        Assert.Equal("llama.rope.scaling.type", Refused(Llama().Key("rope.scaling.type", "dynamic")).Item);

    [Fact]
    public void A_missing_tensor_is_named_and_a_wrong_shape_too()
    {
        var accepted = new List<string>();
        foreach (TinyFamily family in TinyFamilies.All.Append(TinyFamilies.Bert))
        {
            TinyModel whole = family.Create();
            foreach (string name in whole.Tensors.Keys.Where(name => name.StartsWith("blk.3.") || !name.StartsWith("blk.")))
            {
                // Any number of tokens and of token types will do.
                if (name.StartsWith("token_")) continue;
                TinyModel wrong = family.Create();
                (long[] shape, float[] values) = wrong.Tensors[name];
                wrong.Tensors[name] = ([.. shape[..^1], shape[^1] + 1], new float[values.Length / shape[^1] * (shape[^1] + 1)]);
                if (!IsRefused(wrong)) accepted.Add($"{family} with another shape of {name}");

                TinyModel missing = family.Create();
                missing.Tensors.Remove(name);
                if (IsRefused(missing) == MayBeMissing(family.Architecture, name)) accepted.Add($"{family} without {name}");
            }
        }
        Assert.Empty(accepted);
    }

    private static bool IsRefused(TinyModel tiny)
    {
        try
        {
            tiny.Load().Dispose();
            return false;
        }
        catch (ModelFormatException)
        {
            return true;
        }
    }

    // A file may tie its output, scale no frequencies, and leave out what its family does not prescribe.
    private static bool MayBeMissing(string architecture, string name) =>
        name is "rope_freqs.weight" || name.EndsWith("exp_probs_b.bias")
        || (name is "output.weight" && architecture is "deepseek2")
        || (name.EndsWith(".bias") && !name.Contains("norm") && architecture is "llama" or "stablelm" or "glm4")
        || (architecture is "stablelm" && name.EndsWith("attn_q_norm.weight") | name.EndsWith("attn_k_norm.weight"));

    [Fact]
    public void A_tensor_that_the_family_does_not_have_is_refused()
    {
        ModelFormatException exception = Refused(Llama().Factors("blk.0.attn_q_norm.weight", 8));
        Assert.Equal("blk.0.attn_q_norm.weight", exception.Item);
    }

    [Fact]
    public void Layers_for_further_tokens_are_left_out()
    {
        TinyModel tiny = Named("glm4").Key("block_count", 5).Key("nextn_predict_layers", 1).Matrix("blk.4.nextn.eh_proj.weight", 64, 32);
        using Model model = tiny.Load();
        Assert.Equal(4, model.Config.Layers.Count);
    }

    [Theory]
    [InlineData("token_embd.weight")]
    [InlineData("blk.2.ffn_down.weight")]
    [InlineData("blk.1.attn_norm.weight")]
    public void A_weight_that_is_no_number_is_refused(string name)
    {
        TinyModel tiny = Llama();
        tiny[name][7] = float.NaN;
        Assert.Equal(name, Refused(tiny).Item);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.Load("x", new ModelOptions { Threads = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Model.Load("x", new ModelOptions { BatchSize = 0 }));
        Assert.Throws<ModelFormatException>(() => Model.Load("no such file.gguf"));
    }
}
