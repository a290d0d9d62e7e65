using System.Text.Json;
using Engine.Models;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>Every family against the values that transformers computes for it, in exact arithmetic.</summary>
public sealed class FamilyTests
{
    private const float RelativeError = 5e-5f;

    private static readonly ModelOptions Exact = new() { Exact = true, Threads = 2 };

    [Theory, MemberData(nameof(FixtureModels.Generators), MemberType = typeof(FixtureModels))]
    public void Logits_and_greedy_ids_are_those_of_the_original(string name)
    {
        using Model model = Model.Load(FixtureModels.Path(name), Exact);
        Reference reference = FixtureModels.ReferenceOf(name);
        AssertClose(name, reference, reference.LargestError(model));
        Assert.Equal(reference.GreedyIds, reference.Greedy(model));
    }

    [Theory, MemberData(nameof(FixtureModels.Quantized), MemberType = typeof(FixtureModels))]
    public void Quantised_files_give_the_logits_of_their_dequantised_weights(string name, string type)
    {
        using Model model = Model.Load(FixtureModels.Path(name, $"quant/{type}.gguf"), Exact);
        Reference reference = FixtureModels.QuantizedReferenceOf(name, type);
        AssertClose($"{name} {type}", reference, reference.LargestError(model));
        Assert.Equal(reference.GreedyIds, reference.Greedy(model));
    }

    [Theory, MemberData(nameof(FixtureModels.Quantized), MemberType = typeof(FixtureModels))]
    public void Mapped_files_give_the_same_bits_as_repacked_ones(string name, string type)
    {
        string path = FixtureModels.Path(name, $"quant/{type}.gguf");
        using Model repacked = Model.Load(path, new ModelOptions { Threads = 2 });
        using Model mapped = Model.Load(path, new ModelOptions { Threads = 2, Mapped = true, Repack = false });
        int[] prompt = FixtureModels.QuantizedReferenceOf(name, type).Prompt;
        using Session first = repacked.CreateSession(), second = mapped.CreateSession();
        Assert.Equal(first.Evaluate(prompt).ToArray(), second.Evaluate(prompt).ToArray());
    }

    [Fact]
    public void A_split_file_gives_the_logits_of_the_whole_one()
    {
        using Model model = Model.Load(FixtureModels.Path("llama-k", "split/model-f32-00001-of-00003.gguf"), Exact);
        Reference reference = FixtureModels.ReferenceOf("llama-k");
        AssertClose("llama-k", reference, reference.LargestError(model));
    }

    [Fact]
    public void Long_texts_use_the_long_factors_of_LongRoPE()
    {
        using Model model = Model.Load(FixtureModels.Path("phi3-longrope"), Exact);
        Reference reference = Reference.Read(FixtureModels.Path("phi3-longrope", "reference.json"), "long");
        AssertClose("phi3-longrope, 280 ids", reference, reference.LargestError(model));
        Assert.Equal(reference.GreedyIds, reference.Greedy(model));
    }

    [Fact]
    public void A_text_that_outgrows_the_short_factors_is_read_again()
    {
        using Model model = Model.Load(FixtureModels.Path("phi3-longrope"), Exact);
        int[] prompt = Reference.Read(FixtureModels.Path("phi3-longrope", "reference.json"), "long").Prompt;
        using Session whole = model.CreateSession(), pieces = model.CreateSession();
        float[] expected = whole.Evaluate(prompt).ToArray();
        for (int start = 0; start < prompt.Length - 40; start += 40) pieces.Evaluate(prompt.AsSpan(start, 40));
        Assert.Equal(expected, pieces.Evaluate(prompt.AsSpan(240)).ToArray());

        pieces.Rewind(48);
        float[] shortAgain = pieces.Evaluate(prompt.AsSpan(48, 1)).ToArray();
        using Session beginning = model.CreateSession();
        Assert.Equal(beginning.Evaluate(prompt.AsSpan(0, 49)).ToArray(), shortAgain);
    }

    [Fact]
    public void BERT_gives_the_hidden_states_and_embeddings_of_the_original()
    {
        using Model model = Model.Load(FixtureModels.Path("bert"), Exact);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(FixtureModels.Path("bert", "reference.json")));
        JsonElement reference = document.RootElement;
        int[] ids = Reference.Ints(reference.GetProperty("prompt_ids"));
        AssertWithin(1e-5f, Reference.Floats(reference.GetProperty("embedding_mean")), model.Embed(ids));
        AssertWithin(1e-5f, Reference.Floats(reference.GetProperty("embedding_cls")), model.Embed(ids, Pooling.Cls));
        var states = new float[ids.Length][];
        model.ReadHiddenStates(ids, (position, state) => states[position] = state.ToArray());
        foreach (JsonProperty row in reference.GetProperty("hidden_rows").EnumerateObject())
        {
            AssertWithin(1e-5f, Reference.Floats(row.Value), states[int.Parse(row.Name)]);
        }
    }

    private static void AssertClose(string name, Reference reference, float error)
    {
        float relative = error / reference.LargestLogit;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {relative:E1} of the largest logit");
        Assert.True(relative <= RelativeError, $"{name}: the error is {relative:E2} of the largest logit.");
    }

    private static void AssertWithin(float tolerance, float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
