using System.Text.Json.Nodes;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>A config.json or an index with any value in any place: the model works or is refused with the documented exception.</summary>
public sealed class FolderMutationTests(ITestOutputHelper output)
{
    private static readonly string[] Values =
    [
        "null", "0", "-1", "1", "2", "7", "0.5", "1e300", "1e999", "2147483647", "9223372036854775807", "99999999999999999999999", "true",
        "false", "\"\"", "\"x\"", "\"\\ud800\"", "[]", "[1]", "{}", "{\"rope_type\":\"yarn\",\"factor\":1e-300}",
    ];

    private static readonly string[] OtherKeys =
    [
        "rope_scaling", "rope_parameters", "sliding_window", "layer_types", "sliding_window_pattern", "partial_rotary_factor",
        "num_local_experts", "num_experts_per_tok", "n_group", "quantization_config", "query_pre_attn_scalar", "attention_multiplier",
        "logits_scaling", "clip_qkv", "scoring_func", "first_k_dense_replace", "use_sliding_window", "max_window_layers",
    ];

    [Fact]
    public void A_config_with_any_value_anywhere_works_or_is_refused()
    {
        using var folder = new TinyFolder().Write();
        string original = folder.Config!.ToJsonString();
        IEnumerable<string> configs = folder.Config!.Select(pair => pair.Key).Concat(OtherKeys)
            .SelectMany(key => Values.Select(value => With(original, key, value)).Append(Without(original, key)));
        RunAll(folder, "config.json", [original, .. configs]);
    }

    [Fact]
    public void Bytes_changed_at_random_in_a_config_leave_a_model_or_are_refused()
    {
        using var folder = new TinyFolder().Write();
        RunAll(folder, "config.json", Changed(folder.Config!.ToJsonString(), 300));
    }

    [Fact]
    public void Bytes_changed_at_random_in_an_index_leave_a_model_or_are_refused()
    {
        using var folder = new TinyFolder().WriteShards();
        const string Index = "model.safetensors.index.json";
        RunAll(folder, Index, Changed(File.ReadAllText(Path.Combine(folder.Path, Index)), 200));
    }

    private void RunAll(TinyFolder folder, string file, IEnumerable<string> contents)
    {
        var failures = new List<string>();
        (int ran, int worked) = (0, 0);
        foreach (string content in contents)
        {
            folder.Write(file, content);
            if (MutantRun.Try(() => folder.Load(), folder.Path, out bool usable) is { } failure) failures.Add($"{content}: {failure}");
            if (usable) worked++;
            ran++;
        }
        output.WriteLine($"{ran} mutants: {worked} worked, {failures.Count} failed");
        Assert.Empty(failures);
        Assert.InRange(worked, 1, ran - 1);
    }

    private static IEnumerable<string> Changed(string original, int rounds)
    {
        var random = new Random(3);
        yield return original;
        for (int round = 0; round < rounds; round++)
        {
            char[] mutant = original.ToCharArray();
            for (int i = random.Next(1, 4); i > 0; i--) mutant[random.Next(mutant.Length)] = (char)random.Next(32, 127);
            yield return new string(mutant);
        }
    }

    // As text, for values that the library's own nodes would refuse.
    private static string With(string config, string key, string value)
    {
        JsonObject root = JsonNode.Parse(config)!.AsObject();
        root[key] = "MUTANT";
        return root.ToJsonString().Replace("\"MUTANT\"", value);
    }

    private static string Without(string config, string key)
    {
        JsonObject root = JsonNode.Parse(config)!.AsObject();
        root.Remove(key);
        return root.ToJsonString();
    }
}
