using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Engine.Formats.Numerics;
using Engine.Models.HuggingFace;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>Folders made here: what of their form must not matter, and what the files beside the weights say.</summary>
public sealed class TinyFolderTests
{
    private static readonly int[] Prompt = [3, 1, 4, 1, 5, 9, 2, 6];

    [Fact]
    public void A_folder_gives_the_bits_of_the_GGUF_file()
    {
        using var folder = new TinyFolder().Write();
        Assert.Equal(Expected(folder), Logits(folder.Load()));
    }

    [Fact]
    public void Shards_give_the_bits_of_the_single_file()
    {
        using var folder = new TinyFolder().WriteShards();
        Assert.Equal(Expected(folder), Logits(folder.Load()));
    }

    [Fact]
    public void The_spelling_of_transformers_5_means_the_same()
    {
        using var folder = new TinyFolder();
        folder.Config!.Remove("rope_theta");
        folder.Config!.Remove("torch_dtype");
        folder.Config!["rope_parameters"] = new JsonObject { ["rope_theta"] = 10000.0, ["rope_type"] = "default" };
        folder.Config!["dtype"] = "float32";
        Assert.Equal(Expected(folder), Logits(folder.Write().Load()));
    }

    [Fact]
    public void The_base_of_RoPE_is_read_in_both_spellings()
    {
        using TinyFolder old = new(), current = new();
        old.Config!["rope_theta"] = 500.0;
        current.Config!.Remove("rope_theta");
        current.Config!["rope_parameters"] = new JsonObject { ["rope_theta"] = 500, ["rope_type"] = "default" };
        float[] logits = Logits(old.Write().Load());
        Assert.Equal(logits, Logits(current.Write().Load()));
        Assert.NotEqual(Expected(old), logits);
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("BF16")]
    [InlineData("F8_E4M3")]
    [InlineData("F8_E5M2")]
    public void Narrow_weights_are_what_their_bits_mean(string type)
    {
        using TinyFolder narrow = new(), wide = new();
        foreach ((string name, TinyFolder.Tensor tensor) in narrow.Tensors.ToArray())
        {
            float[] values = MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray();
            (byte[] data, float[] rounded) = Narrow(type, values);
            narrow.Tensors[name] = tensor with { Type = type, Data = data };
            wide.Tensors[name] = tensor with { Data = MemoryMarshal.AsBytes<float>(rounded).ToArray() };
        }
        Assert.Equal(Logits(wide.Write().Load()), Logits(narrow.Write().Load()));
    }

    [Fact]
    public void Quantized_weights_are_what_their_codes_and_scales_mean()
    {
        using TinyFolder quantized = new(), plain = new();
        quantized.Config!["quantization_config"] = new JsonObject
        {
            ["quant_method"] = "fp8",
            ["weight_block_size"] = new JsonArray(128, 128),
            ["activation_scheme"] = "dynamic",
        };
        foreach ((string name, TinyFolder.Tensor tensor) in quantized.Tensors.ToArray())
        {
            if (!name.Contains("_proj.")) continue;
            (byte[] codes, float[] values) = Narrow("F8_E4M3", MemoryMarshal.Cast<byte, float>(tensor.Data).ToArray());
            const float Scale = 1.375f;
            quantized.Tensors[name] = tensor with { Type = "F8_E4M3", Data = codes };
            quantized.Tensors[name + "_scale_inv"] = new("F32", [1, 1], BitConverter.GetBytes(Scale));
            float[] scaled = Array.ConvertAll(values, value => value * Scale);
            plain.Tensors[name] = tensor with { Data = MemoryMarshal.AsBytes<float>(scaled).ToArray() };
        }
        Assert.Equal(Logits(plain.Write().Load()), Logits(quantized.Write().Load()));
        using var folder = ModelFolder.Open(quantized.Path);
        Assert.NotNull(folder.Quantization);
    }

    [Fact]
    public void A_tied_model_needs_no_output_matrix_and_ignores_one()
    {
        using TinyFolder without = new(), with = new();
        foreach (TinyFolder folder in (TinyFolder[])[without, with])
        {
            folder.Config!["tie_word_embeddings"] = true;
            folder.Tensors.Remove("lm_head.weight");
        }
        TinyFolder.Tensor embedding = with.Tensors["model.embed_tokens.weight"];
        with.Tensors["lm_head.weight"] = embedding with { Data = new byte[embedding.Data.Length] };
        Assert.Equal(Logits(without.Write().Load()), Logits(with.Write().Load()));
    }

    [Fact]
    public void The_template_of_a_file_of_its_own_counts_more_than_the_tokenizers()
    {
        using var folder = new TinyFolder().Write();
        folder.Write("tokenizer_config.json", """{"chat_template": "old"}""");
        using (Model model = folder.Load()) Assert.Equal("old", model.ChatTemplate!.Render([], false));
        folder.Write("chat_template.jinja", "new");
        using (Model model = folder.Load()) Assert.Equal("new", model.ChatTemplate!.Render([], false));
    }

    [Fact]
    public void Sampling_defaults_count_where_the_model_is_to_be_sampled()
    {
        using var folder = new TinyFolder().Write();
        folder.Write("generation_config.json", """{"do_sample": true, "temperature": 0.25, "top_k": 7}""");
        using (Model model = folder.Load())
        {
            Assert.Equal(0.25f, model.Metadata.GetSingle("general.sampling.temp"));
            Assert.Equal(7, model.Metadata.GetInt32("general.sampling.top_k"));
        }
        folder.Write("generation_config.json", """{"temperature": 0.25}""");
        using (Model model = folder.Load()) Assert.False(model.Metadata.ContainsKey("general.sampling.temp"));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_runs()
    {
        using var folder = new TinyFolder().Write();
        using Model model = folder.Load();
        Assert.False(model.HasTokenizer);
    }

    [Fact]
    public void Tensors_that_the_result_does_not_need_are_passed_over()
    {
        using var folder = new TinyFolder();
        folder.Tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = new("F32", [4], new byte[16]);
        folder.Tensors[$"model.layers.{TinyFamily.Layers}.eh_proj.weight"] = new("F32", [4], new byte[16]);
        Assert.Equal(Expected(folder), Logits(folder.Write().Load()));
    }

    private static float[] Expected(TinyFolder folder) => Logits(folder.Twin.Load());

    private static float[] Logits(Model loaded)
    {
        using Model model = loaded;
        using Session session = model.CreateSession();
        return session.Evaluate(Prompt).ToArray();
    }

    private static (byte[] Data, float[] Rounded) Narrow(string type, float[] values) => type switch
    {
        "F16" => Halves(values, Fp16.FromSingle, Fp16.ToSingle),
        "BF16" => Halves(values, Bf16.FromSingle, Bf16.ToSingle),
        "F8_E4M3" => Bytes(values, E4M3.FromSingle, E4M3.ToSingle),
        _ => Bytes(values, E5M2.FromSingle, E5M2.ToSingle),
    };

    private static (byte[] Data, float[] Rounded) Halves(float[] values, Func<float, ushort> narrow, Func<ushort, float> widen)
    {
        ushort[] codes = Array.ConvertAll(values, value => narrow(value));
        return (MemoryMarshal.AsBytes<ushort>(codes).ToArray(), Array.ConvertAll(codes, code => widen(code)));
    }

    private static (byte[] Data, float[] Rounded) Bytes(float[] values, Func<float, byte> narrow, Func<byte, float> widen)
    {
        byte[] codes = Array.ConvertAll(values, value => narrow(value));
        return (codes, Array.ConvertAll(codes, code => widen(code)));
    }
}
