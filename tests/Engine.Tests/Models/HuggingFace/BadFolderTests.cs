using System.Text.Json.Nodes;
using Engine.Formats;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>Folders that are no models: one exception that names the file, what in it, what was found and what was expected.</summary>
public sealed class BadFolderTests
{
    private const string Index = "model.safetensors.index.json";

    [Fact]
    public void A_folder_without_config_is_refused()
    {
        using var folder = new TinyFolder { Config = null };
        Assert.Equal("config.json", Refused(folder.Write()).Item);
    }

    [Theory]
    [InlineData("mamba")]
    [InlineData(null)]
    public void A_model_type_that_is_not_known_names_those_that_are(string? type)
    {
        using var folder = new TinyFolder();
        folder.Config!["model_type"] = type;
        ModelFormatException exception = Refused(folder.Write());
        Assert.Equal("model_type", exception.Item);
        Assert.Contains("qwen3_moe", exception.Expected);
    }

    [Fact]
    public void Pickled_weights_are_refused_with_advice()
    {
        using var folder = new TinyFolder().Write();
        File.Move(Path.Combine(folder.Path, TinyFolder.Weights), Path.Combine(folder.Path, "pytorch_model.bin"));
        ModelFormatException exception = Refused(folder);
        Assert.Equal("pytorch_model.bin", exception.Item);
        Assert.Contains("convert", exception.Expected);
    }

    [Theory]
    [InlineData('{')]
    [InlineData('[')]
    public void Nesting_without_end_is_refused(char open)
    {
        using var folder = new TinyFolder().Write();
        folder.Write("config.json", open == '{' ? string.Concat(Enumerable.Repeat("{\"a\":", 1_000_000)) : new string(open, 1_000_000));
        Assert.EndsWith("config.json", Refused(folder).File);
    }

    [Theory]
    [InlineData("hidden_size")]
    [InlineData("num_hidden_layers")]
    [InlineData("num_attention_heads")]
    [InlineData("intermediate_size")]
    [InlineData("rms_norm_eps")]
    [InlineData("max_position_embeddings")]
    public void A_missing_key_is_named_as_config_json_spells_it(string key)
    {
        using var folder = new TinyFolder();
        folder.Config!.Remove(key);
        ModelFormatException exception = Refused(folder.Write());
        Assert.Equal(key, exception.Item);
        Assert.EndsWith("config.json", exception.File);
    }

    [Theory]
    [InlineData("hidden_act", "\"gelu\"")]
    [InlineData("hidden_size", "\"many\"")]
    [InlineData("num_attention_heads", "0")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("num_key_value_heads", "0")]
    [InlineData("num_hidden_layers", "2000000000")]
    [InlineData("rms_norm_eps", "-1")]
    [InlineData("rope_theta", "0")]
    [InlineData("rope_theta", "1e999")]
    [InlineData("max_position_embeddings", "0.5")]
    public void A_value_that_cannot_be_is_named(string key, string value)
    {
        using var folder = new TinyFolder();
        folder.Config![key] = JsonNode.Parse(value);
        Assert.Equal(key, Refused(folder.Write()).Item);
    }

    [Fact]
    public void A_number_of_heads_of_more_than_32_bits_is_not_cut()
    {
        using var folder = new TinyFolder();
        folder.Config = JsonNode.Parse("""
            {
              "model_type": "falcon", "num_hidden_layers": 1, "hidden_size": 8, "num_attention_heads": 2, "new_decoder_architecture": true,
              "num_kv_heads": 4294967297
            }
            """)!.AsObject();
        Assert.Contains("4294967297", Refused(folder.Write()).Found);
    }

    [Theory]
    [InlineData("hidden_act", '"')]
    [InlineData("model_type", '"')]
    [InlineData("hidden_size", '"')]
    [InlineData("tie_word_embeddings", '1')]
    public void What_is_found_is_shown_in_one_short_line(string key, char first)
    {
        using var folder = new TinyFolder();
        string text = new string('a', 59) + "\U0001F600\n" + new string('a', 500);
        folder.Config![key] = first == '"' ? JsonValue.Create(text) : JsonNode.Parse("1" + new string('0', 500));
        ModelFormatException exception = Refused(folder.Write());
        Assert.Equal(key, exception.Item);
        Assert.InRange(exception.Found.Length, 59, 100);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("generation_config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("quantize_config.json")]
    public void A_link_to_a_file_without_end_is_refused(string name)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero.");
        using var folder = new TinyFolder().Write();
        string path = Path.Combine(folder.Path, name);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        Assert.Equal(path, Refused(folder).File);
    }

    [Fact]
    public void A_link_does_not_hide_how_large_a_file_is()
    {
        using var folder = new TinyFolder().Write();
        string large = Path.Combine(folder.Path, "large");
        using (FileStream file = File.Create(large)) file.SetLength(1L << 25);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "chat_template.jinja"), large);
        Assert.Contains($"{1 << 25} bytes", Refused(folder).Found);
    }

    [Theory]
    [InlineData("""{"rope_type": "mrope"}""")]
    [InlineData("""{"rope_type": "llama3"}""")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1], "long_factor": [1]}""")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1, 1, 1, 0], "long_factor": [1, 1, 1, 1]}""")]
    [InlineData("""{"rope_type": "yarn", "factor": -2}""")]
    [InlineData("""{"rope_type": 5}""")]
    [InlineData("""[]""")]
    public void A_scaling_of_RoPE_that_is_not_known_is_refused(string scaling)
    {
        using var folder = new TinyFolder();
        folder.Config!["rope_scaling"] = JsonNode.Parse(scaling);
        Refused(folder.Write());
    }

    [Fact]
    public void A_missing_tensor_has_the_folders_name()
    {
        using var folder = new TinyFolder();
        folder.Tensors.Remove("model.layers.1.mlp.up_proj.weight");
        Assert.Equal("model.layers.1.mlp.up_proj.weight", Refused(folder.Write()).Item);
    }

    [Fact]
    public void A_tensor_of_another_shape_has_the_folders_name()
    {
        using var folder = new TinyFolder();
        const string Name = "model.layers.1.self_attn.v_proj.weight";
        folder.Tensors[Name] = folder.Tensors[Name] with { Shape = [TinyFamily.Width, TinyFamily.KeyHeads * TinyFamily.HeadSize] };
        Assert.Equal(Name, Refused(folder.Write()).Item);
    }

    [Fact]
    public void A_tensor_of_integers_is_refused()
    {
        using var folder = new TinyFolder();
        const string Name = "model.layers.1.self_attn.v_proj.weight";
        folder.Tensors[Name] = folder.Tensors[Name] with { Type = "I32" };
        ModelFormatException exception = Refused(folder.Write());
        Assert.Equal(Name, exception.Item);
        Assert.Contains("I32", exception.Found);
    }

    [Fact]
    public void Rows_that_are_no_heads_are_refused()
    {
        using var folder = new TinyFolder();
        const string Name = "model.layers.0.self_attn.q_proj.weight";
        folder.Tensors[Name] = new("F32", [31, TinyFamily.Width], new byte[31 * TinyFamily.Width * sizeof(float)]);
        Assert.Equal(Name, Refused(folder.Write()).Item);
    }

    [Fact]
    public void A_tensor_that_nobody_wants_is_refused()
    {
        using var folder = new TinyFolder();
        folder.Tensors["model.layers.0.self_attn.gate.weight"] = new("F32", [4], new byte[16]);
        Assert.Equal("model.layers.0.self_attn.gate.weight", Refused(folder.Write()).Item);
    }

    [Fact]
    public void An_untied_model_without_output_is_refused()
    {
        using var folder = new TinyFolder();
        folder.Config!["tie_word_embeddings"] = false;
        folder.Tensors.Remove("lm_head.weight");
        Assert.Equal("lm_head.weight", Refused(folder.Write()).Item);
    }

    [Fact]
    public void An_unknown_quantization_is_refused()
    {
        using var folder = new TinyFolder();
        folder.Config!["quantization_config"] = new JsonObject { ["quant_method"] = "nonsense" };
        Assert.Contains("quant_method", Refused(folder.Write()).Item);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        using var folder = new TinyFolder().WriteShards();
        File.Delete(Path.Combine(folder.Path, "model-00002-of-00002.safetensors"));
        Assert.EndsWith("model-00002-of-00002.safetensors", Refused(folder).File);
    }

    [Theory]
    [InlineData("../other.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/other.safetensors")]
    public void An_index_that_points_out_of_the_folder_is_refused(string shard)
    {
        using var folder = new TinyFolder().WriteShards();
        folder.Write(Index, $$$"""{"weight_map": {"model.norm.weight": "{{{shard}}}"}}""");
        Assert.EndsWith(Index, Refused(folder).File);
    }

    [Fact]
    public void An_empty_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ModelFormatException>(() => Model.Load(folder.Path));
    }

    private static ModelFormatException Refused(TinyFolder folder)
    {
        var exception = Assert.Throws<ModelFormatException>(() => folder.Load());
        Assert.StartsWith(folder.Path, exception.File);
        Assert.DoesNotContain('\n', exception.Message);
        return exception;
    }
}
