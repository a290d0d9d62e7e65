using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class SamplerChainTests
{
    private const int Vocabulary = 3000;

    /// <summary>One set of options for each sampler that can be on, and all together.</summary>
    public static TheoryData<string> Settings => new(Named.Keys);

    private static Dictionary<string, SamplingOptions> Named { get; } = new()
    {
        ["default"] = new(),
        ["greedy"] = SamplingOptions.Greedy,
        ["penalties"] = new() { RepeatPenalty = 1.1f, FrequencyPenalty = 0.2f, PresencePenalty = 0.1f },
        ["dry"] = new() { DryMultiplier = 0.8f, DryAllowedLength = 1 },
        ["top_n_sigma"] = new() { TopNSigma = 1 },
        ["no top_k"] = new() { TopK = 0 },
        ["large top_k"] = new() { TopK = 2000, TopP = 1, MinP = 0 },
        ["typical"] = new() { TopK = 0, TypicalP = 0.7f },
        ["xtc"] = new() { XtcProbability = 0.5f },
        ["dynamic"] = new() { DynamicTemperatureRange = 0.5f },
        ["mirostat"] = new() { Mirostat = MirostatMode.V1 },
        ["mirostat_v2"] = new() { Mirostat = MirostatMode.V2 },
        ["bias"] = new() { LogitBias = new Dictionary<int, float> { [3] = float.NegativeInfinity, [9] = 2, [100_000] = 1 } },
        ["everything off"] = new() { TopK = 0, TopP = 1, MinP = 0, Temperature = 1 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_same_seed_draws_the_same_tokens(string setting)
    {
        SamplingOptions options = Named[setting] with { Seed = 42 };
        int[] first = Run(SamplerChain.Create(options, Vocabulary), 50);
        SamplerChain chain = SamplerChain.Create(options, Vocabulary);
        Assert.Equal(first, Run(chain, 50));
        chain.Reset();
        Assert.Equal(first, Run(chain, 50));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Nothing_is_allocated_per_token_after_warm_up(string setting)
    {
        SamplerChain chain = SamplerChain.Create(Named[setting] with { Seed = 1 }, Vocabulary);
        float[][] rows = Enumerable.Range(0, 8).Select(Row).ToArray();
        void Steps(int count)
        {
            for (int i = 0; i < count; i++) chain.Accept(chain.Sample(rows[i % rows.Length]));
        }
        Steps(300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Steps(100);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Impossible_logits_are_a_typed_error(string setting)
    {
        SamplerChain chain = SamplerChain.Create(Named[setting] with { Seed = 1 }, Vocabulary);
        float[] logits = new float[Vocabulary];
        Array.Fill(logits, float.NegativeInfinity);
        Assert.Throws<SamplingException>(() => chain.Sample(logits));
        logits[5] = float.NaN;
        Assert.Throws<SamplingException>(() => chain.Sample(logits));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_only_possible_token_is_chosen(string setting)
    {
        SamplerChain chain = SamplerChain.Create(Named[setting] with { Seed = 1 }, Vocabulary);
        float[] logits = new float[Vocabulary];
        Array.Fill(logits, float.NegativeInfinity);
        logits[2345] = -3;
        for (int i = 0; i < 5; i++) Assert.Equal(2345, chain.Sample(logits));
    }

    [Fact]
    public void Seeded_draws_are_the_same_on_every_platform()
    {
        var options = new SamplingOptions { Seed = 42, Temperature = 1.5f, TopK = 0, TopP = 1, MinP = 0 };
        SamplerChain chain = SamplerChain.Create(options, Vocabulary);
        Assert.Equal([256, 1118, 2050, 2736, 2977, 2388, 2114, 2561, 2312, 1752], Run(chain, 10));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(999)]
    public void Greedy_takes_the_lowest_id_among_equals(int first)
    {
        float[] logits = new float[1000];
        for (int i = first; i < logits.Length; i += 3) logits[i] = 2;
        Assert.Equal(first, SamplerChain.Create(SamplingOptions.Greedy, 1000).Sample(logits));
        var candidates = new Candidates(3);
        candidates.Load([30, 10, 20], [1f, 1f, 0f]);
        new Greedy().Apply(candidates);
        Assert.Equal(1, candidates.Selected);
    }

    [Fact]
    public void A_forbidden_token_is_never_drawn()
    {
        var options = new SamplingOptions { Seed = 5, LogitBias = new Dictionary<int, float> { [0] = float.NegativeInfinity } };
        SamplerChain chain = SamplerChain.Create(options, 3);
        for (int i = 0; i < 200; i++) Assert.NotEqual(0, chain.Sample([9, 1, 1.5f]));
    }

    [Fact]
    public void A_chain_that_selects_nothing_says_so()
    {
        var chain = new SamplerChain([new TopK(3)], 10);
        Assert.Throws<InvalidOperationException>(() => chain.Sample(new float[10]));
    }

    [Fact]
    public void A_temperature_so_low_that_logits_overflow_is_greedy()
    {
        SamplerChain chain = SamplerChain.Create(new SamplingOptions { Temperature = 1e-39f, Seed = 3 }, 4);
        for (int i = 0; i < 20; i++) Assert.Equal(2, chain.Sample([1, -3, 5, 4.999f]));
    }

    [Fact]
    public void Top_p_without_top_k_finds_its_cut_beyond_the_first_look()
    {
        float[] logits = Enumerable.Range(0, 20_000).Select(i => i * 31 % 20_000 / 1e5f).ToArray();
        var candidates = new Candidates(logits.Length);
        candidates.Load(logits);
        new TopP(0.75f).Apply(candidates);
        double[] descending = logits.Select(logit => Math.Exp(logit)).OrderDescending().ToArray();
        double reached = 0, total = descending.Sum();
        int expected = 0;
        while (reached < 0.75 * total) reached += descending[expected++];
        Assert.InRange(candidates.Count, expected - 1, expected + 1);
        Assert.InRange(candidates.Probabilities[0], 0.99 * descending[0] / total, 1.01 * descending[0] / total);
    }

    private static int[] Run(SamplerChain chain, int count)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) chain.Accept(ids[i] = chain.Sample(Row(i)));
        return ids;
    }

    private static float[] Row(int seed)
    {
        var random = new RandomSource((ulong)seed + 1000);
        return Enumerable.Range(0, Vocabulary).Select(_ => (float)(random.NextDouble() * 12 - 6)).ToArray();
    }
}
