using System.Text.Json;
using Engine.Sampling;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Sampling;

/// <summary>What llama.cpp's samplers do, stage by stage: all of shared/fixtures/samplers, and a few of each kind from data.</summary>
public sealed class SamplerVectorTests
{
    private const string Shared = "fixtures/samplers/samplers.json";
    private static readonly string Local = Path.Combine(AppContext.BaseDirectory, "data", "samplers", "samplers.json");

    public static TheoryData<string> Kinds { get; } =
    [
        "top_k", "top_p", "min_p", "typical", "temp", "temp_ext", "top_n_sigma", "xtc", "greedy", "logit_bias", "penalties", "dry", "chain",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_recorded_case_is_reproduced(string kind) => Run(SharedFiles.Require(Shared), kind);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Cases_of_the_repository_are_reproduced(string kind) => Run(Local, kind);

    [Fact]
    public void Every_recorded_mirostat_run_is_reproduced() => RunMirostat(SharedFiles.Require(Shared));

    [Fact]
    public void Mirostat_runs_of_the_repository_are_reproduced() => RunMirostat(Local);

    [Fact]
    public void Draws_follow_the_final_probabilities()
    {
        var vectors = new SamplerVectors(SharedFiles.Require(Shared));
        int compared = 0;
        foreach (JsonElement item in vectors.Cases.Where(item => item.TryGetProperty("draws", out _)))
        {
            string where = item.GetProperty("name").GetString()!;
            double[] expected = item.GetProperty("final").EnumerateArray().Select(value => (double)SamplerVectors.Number(value)).ToArray();
            DrawCheck.Follows(expected, 20_000, seed: 7, where);
            compared++;
        }
        Assert.True(compared > 0);
    }

    private static void Run(string path, string kind)
    {
        var vectors = new SamplerVectors(path);
        JsonElement[] cases = vectors.Cases.Where(item => SamplerVectors.Kind(item) == kind).ToArray();
        Assert.NotEmpty(cases);
        foreach (JsonElement item in cases)
        {
            if (SamplerVectors.IsFree(item)) RunFree(vectors, item);
            else RunCase(vectors, item);
        }
    }

    private static void RunCase(SamplerVectors vectors, JsonElement item)
    {
        string name = item.GetProperty("name").GetString()!;
        Candidates candidates = vectors.Load(item.GetProperty("input").GetString()!);
        ILogitProcessor[] processors = Processors(item);
        int stage = 0;
        foreach (JsonElement expected in item.GetProperty("stages").EnumerateArray())
        {
            processors[stage].Apply(candidates);
            SamplerComparison.Stage(expected, candidates, $"{name}, stage {stage}");
            stage++;
        }
        if (item.TryGetProperty("selected", out JsonElement selected))
        {
            Assert.IsType<Greedy>(processors[^1]);
            int id = candidates.Ids[candidates.Selected];
            float best = candidates.Logits[candidates.Selected];
            Assert.True(id == selected.GetInt32() || best == candidates.Logits[candidates.IndexOf(selected.GetInt32())], $"{name}: {id}");
        }
        SamplerComparison.Final(item.GetProperty("final"), candidates, name);
    }

    /// <summary>Nothing is demanded but that it ends, and in a typed error at worst.</summary>
    private static void RunFree(SamplerVectors vectors, JsonElement item)
    {
        Candidates candidates = vectors.Load(item.GetProperty("input").GetString()!);
        try
        {
            foreach (ILogitProcessor processor in Processors(item)) processor.Apply(candidates);
        }
        catch (SamplingException)
        {
            Assert.All(candidates.Logits.ToArray(), logit => Assert.Equal(float.NegativeInfinity, logit));
        }
    }

    private static ILogitProcessor[] Processors(JsonElement item)
    {
        ILogitProcessor[] processors = item.GetProperty("samplers").EnumerateArray()
            .Select(sampler => SamplerVectors.Create(sampler, parameters => DryVocabularies.Breakers(item, parameters)))
            .ToArray();
        if (!item.TryGetProperty("history", out JsonElement history)) return processors;
        foreach (JsonElement token in history.EnumerateArray())
            foreach (ILogitProcessor processor in processors) processor.Accept(token.GetInt32());
        return processors;
    }

    private static void RunMirostat(string path)
    {
        var vectors = new SamplerVectors(path);
        Assert.NotEmpty(vectors.Mirostat);
        foreach (JsonElement item in vectors.Mirostat)
        {
            string name = item.GetProperty("name").GetString()!;
            ILogitProcessor[] processors = Processors(item);
            double Mu() => processors[^1] is Mirostat first ? first.Mu : ((MirostatV2)processors[^1]).Mu;
            foreach (JsonElement step in item.GetProperty("steps").EnumerateArray())
            {
                Candidates candidates = vectors.Load(step.GetProperty("input").GetString()!);
                Assert.Equal(step.GetProperty("mu").GetDouble(), Mu(), 1e-5);
                int stage = 0;
                foreach (JsonElement expected in step.GetProperty("stages").EnumerateArray())
                {
                    processors[stage].Apply(candidates);
                    SamplerComparison.Stage(expected, candidates, $"{name}, stage {stage}");
                    stage++;
                }
                foreach (ILogitProcessor processor in processors) processor.Accept(step.GetProperty("selected").GetInt32());
                Assert.Equal(step.GetProperty("mu_after").GetDouble(), Mu(), 1e-5);
            }
        }
    }
}
