using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Formats.Safetensors;
using Engine.Models;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>Every family from its Hugging Face folder, against the values that transformers computes for it, in exact arithmetic.</summary>
public sealed class FolderFamilyTests
{
    private const float RelativeError = 5e-5f;

    private static readonly ModelOptions Exact = new() { Exact = true, Threads = 2 };

    [Theory, MemberData(nameof(FixtureModels.Generators), MemberType = typeof(FixtureModels))]
    public void Logits_and_greedy_ids_are_those_of_the_original(string name) =>
        AssertReads(FixtureModels.Path(name, "hf"), FixtureModels.FolderReferenceOf(name));

    [Fact]
    public void Shards_give_the_logits_of_the_single_file() =>
        AssertReads(FixtureModels.Path("llama3", "hf-sharded"), FixtureModels.FolderReferenceOf("llama3"));

    [Fact]
    public void BF16_weights_give_the_logits_of_the_rounded_model()
    {
        Reference reference = Reference.Read(FixtureModels.Path("llama3", "reference.json"), "variants", "hf-bf16");
        AssertReads(FixtureModels.Path("llama3", "hf-bf16"), reference);
    }

    [Fact]
    public void Long_texts_use_the_long_factors_of_LongRoPE()
    {
        Reference reference = Reference.Read(FixtureModels.Path("phi3-longrope", "reference.json"), "long");
        AssertReads(FixtureModels.Path("phi3-longrope", "hf"), reference);
    }

    [Fact]
    public void BERT_gives_the_embeddings_of_the_original()
    {
        using Model model = Model.Load(FixtureModels.Path("bert", "hf"), Exact);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(FixtureModels.Path("bert", "reference.json")));
        JsonElement reference = document.RootElement;
        int[] ids = Reference.Ints(reference.GetProperty("prompt_ids"));
        Assert.Equal(Pooling.Mean, model.Config.Pooling);
        AssertWithin(1e-5f, Reference.Floats(reference.GetProperty("embedding_mean")), model.Embed(ids));
        AssertWithin(1e-5f, Reference.Floats(reference.GetProperty("embedding_cls")), model.Embed(ids, Pooling.Cls));
    }

    [Fact]
    public void Mapped_shards_give_the_same_bits_as_repacked_ones()
    {
        string path = FixtureModels.Path("llama3", "hf-sharded");
        using Model repacked = Model.Load(path, new ModelOptions { Threads = 2 });
        using Model mapped = Model.Load(path, new ModelOptions { Threads = 2, Mapped = true, Repack = false });
        int[] prompt = FixtureModels.FolderReferenceOf("llama3").Prompt;
        using Session first = repacked.CreateSession(), second = mapped.CreateSession();
        Assert.Equal(first.Evaluate(prompt).ToArray(), second.Evaluate(prompt).ToArray());
    }

    [Fact]
    public void Of_a_model_of_text_and_images_the_text_model_is_read()
    {
        using var folder = new TemporaryFolder();
        var config = new JsonObject
        {
            ["model_type"] = "gemma3",
            ["text_config"] = JsonNode.Parse(File.ReadAllText(FixtureModels.Path("gemma3-text", "hf/config.json"))),
            ["vision_config"] = new JsonObject { ["hidden_size"] = 1152 },
        };
        config["text_config"]!.AsObject().Remove("rms_norm_eps");
        folder.Write("config.json", config.ToJsonString());
        using (SafetensorsFile text = SafetensorsFile.Open(FixtureModels.Path("gemma3-text", "hf")))
        {
            IEnumerable<KeyValuePair<string, TinyFolder.Tensor>> tensors = text.Tensors.Select(tensor =>
            {
                var data = new byte[tensor.ByteLength];
                tensor.Read(0, data);
                return KeyValuePair.Create(
                    "language_model." + tensor.Name, new TinyFolder.Tensor($"{tensor.DType}", [.. tensor.Shape], data));
            });
            TinyFolder.Tensor image = new("F32", [1, 1, 1, 1], new byte[sizeof(float)]);
            folder.Write(TinyFolder.Weights, TinyFolder.ToFile(tensors.Append(KeyValuePair.Create("vision_tower.patch.weight", image))));
        }
        AssertReads(folder.Path, FixtureModels.FolderReferenceOf("gemma3-text"));
    }

    private static void AssertReads(string folder, Reference reference)
    {
        using Model model = Model.Load(folder, Exact);
        float relative = reference.LargestError(model) / reference.LargestLogit;
        TestContext.Current.TestOutputHelper?.WriteLine($"{folder}: {relative:E1} of the largest logit");
        Assert.True(relative <= RelativeError, $"{folder}: the error is {relative:E2} of the largest logit.");
        Assert.Equal(reference.GreedyIds, reference.Greedy(model));
    }

    private static void AssertWithin(float tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
