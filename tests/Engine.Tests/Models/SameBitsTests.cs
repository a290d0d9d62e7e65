using Engine.Formats;
using Engine.Kernels;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>A token's logits have the same bits for any number of threads, any batch and any cut of the prompt.</summary>
public sealed class SameBitsTests
{
    public static IEnumerable<TheoryDataRow<string, bool>> Cases() =>
        from name in new[]
        {
            "llama3/model-f32", "gemma2/model-f32", "gpt-oss/model-f32", "deepseek2/model-f32", "qwen3moe/model-f32", "cohere2/model-f32",
            "llama-k/quant/Q4_K_M", "llama-k/quant/Q4_0", "llama-k/quant/Q8_0", "llama-k/quant/Q4_1", "mixtral/quant/MXFP4_MOE",
        }
        from exact in new[] { true, false }
        select new TheoryDataRow<string, bool>(name, exact);

    [Theory, MemberData(nameof(Cases))]
    public void Threads_pieces_and_neighbours_change_no_bit(string name, bool exact)
    {
        string[] parts = name.Split('/', 2);
        string path = FixtureModels.Path(parts[0], parts[1] + ".gguf");
        int[] prompt = [.. FixtureModels.ReferenceOf(parts[0]).Prompt, .. Enumerable.Range(3, 30)];
        AssertSameBits(prompt, threads => Model.Load(path, new ModelOptions { Exact = exact, Threads = threads }));
    }

    public static IEnumerable<TheoryDataRow<QuantType>> CacheTypes() =>
        KvCacheOptions.Types.Select(type => new TheoryDataRow<QuantType>(type));

    [Theory, MemberData(nameof(CacheTypes))]
    public void Every_type_of_the_cache_keeps_its_bits(QuantType type)
    {
        string path = FixtureModels.Path("llama-k", "quant/Q4_0.gguf");
        int[] prompt = [.. FixtureModels.ReferenceOf("llama-k").Prompt, .. Enumerable.Range(3, 30)];
        AssertSameBits(prompt, threads => Model.Load(path, new ModelOptions { Threads = threads, Cache = new KvCacheOptions().Or(type) }));
    }

    public static IEnumerable<TheoryDataRow<string>> TinyCases() =>
        TinyFamilies.All.Select(family => new TheoryDataRow<string>(family.ToString()));

    [Theory, MemberData(nameof(TinyCases))]
    public void Small_models_of_all_families_keep_their_bits_too(string name)
    {
        TinyModel tiny = TinyFamilies.All.Single(family => family.ToString() == name).Create();
        int[] prompt = [.. Enumerable.Range(0, 40).Select(i => i * 11 % TinyFamily.Vocabulary)];
        AssertSameBits(prompt, threads => tiny.Load(new ModelOptions { Threads = threads }));
    }

    private static void AssertSameBits(int[] prompt, Func<int, Model> load)
    {
        float[][] expected = [];
        for (int threads = 1; threads <= 3; threads++)
        {
            using Model model = load(threads);
            if (threads == 1) expected = InPieces(model, prompt, prompt.Length);
            int[] pieces = threads == 1 ? [1, 7, 64] : [prompt.Length, 7];
            foreach (int size in pieces) AssertSame($"{threads} threads, pieces of {size}", expected, InPieces(model, prompt, size));
            AssertSame($"{threads} threads, beside another sequence", expected, BesideAnother(model, prompt));
        }
    }

    private static float[][] InPieces(Model model, int[] prompt, int size)
    {
        using Session session = model.CreateSession();
        var rows = new float[prompt.Length][];
        for (int start = 0; start < prompt.Length; start += size)
        {
            session.EvaluateAll(
                prompt.AsSpan(start, Math.Min(size, prompt.Length - start)), (position, logits) => rows[position] = logits.ToArray());
        }
        return rows;
    }

    /// <summary>The prompt in one batch with another text, five tokens of each in turn.</summary>
    private static float[][] BesideAnother(Model model, int[] prompt)
    {
        using var cache = new KvCache(model.CacheShapes, 4 * KvCache.BlockTokens, model.Options.CacheFor(null));
        using KvSequence own = cache.CreateSequence(), other = cache.CreateSequence();
        own.Reserve(prompt.Length);
        other.Reserve(prompt.Length);
        var batch = new Batch(2 * prompt.Length);
        for (int start = 0; start < prompt.Length; start += 5)
        {
            int end = Math.Min(prompt.Length, start + 5);
            for (int position = start; position < end; position++)
            {
                batch.Add(prompt[^(position + 1)], position, other, wantsOutput: position % 3 == 0);
            }
            for (int position = start; position < end; position++) batch.Add(prompt[position], position, own, wantsOutput: true);
        }
        var rows = new float[prompt.Length][];
        model.Forward(batch, (token, logits) =>
        {
            if (batch.Sequence(token) == own) rows[batch.Positions[token]] = logits.ToArray();
        });
        return rows;
    }

    private static void AssertSame(string how, float[][] expected, float[][] actual)
    {
        for (int position = 0; position < expected.Length; position++)
        {
            bool same = expected[position].AsSpan().SequenceEqual(actual[position]);
            Assert.True(same, $"{how}: the logits at position {position} differ.");
        }
    }
}
