using Engine.Formats.Gguf;
using Engine.Testing;
using Engine.Tests.Tokenization;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>
/// Well-formed files that make no sense as models: each works or is refused with a documented exception. Some of all mutants of each
/// kind run always; all of them, for every model of the fixtures too, run with "-explicit only".
/// </summary>
public sealed class ModelMutationTests(ITestOutputHelper output)
{
    // Every so many mutants of all are run in the fast tests. A prime, so that no kind of mutant is always passed over.
    private const int Stride = 37;
    private const int Combinations = 60;

    private static readonly Dictionary<string, SmallVocabulary> Vocabularies = new()
    {
        ["llama"] = SmallVocabulary.Llama(),
        ["llama, Mixtral"] = SmallVocabulary.Gpt2(),
        ["gemma3"] = SmallVocabulary.Gemma4(),
        ["deepseek2"] = SmallVocabulary.Unigram(),
        ["gpt-oss"] = SmallVocabulary.Gpt2(),
        ["phi2"] = SmallVocabulary.Gpt2(),
        ["bert"] = SmallVocabulary.Bert(),
    };

    public static IEnumerable<TheoryDataRow<string>> Small() => Vocabularies.Keys.Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string>> Fixtures() => SharedFiles.Root is null
        ? [new TheoryDataRow<string>("")]
        : FixtureModels.Generators().Append(new TheoryDataRow<string>("bert"));

    [Theory, MemberData(nameof(Small))]
    public void A_model_that_makes_no_sense_works_or_is_refused(string name) => RunAll(Create(name), Stride, Combinations);

    [Theory, MemberData(nameof(Small))]
    public void Bytes_changed_at_random_leave_a_model_or_are_refused(string name) => ChangeBytes(Create(name).ToFile()!, 150);

    [Theory(Explicit = true), MemberData(nameof(FixtureModels.Quantized), MemberType = typeof(FixtureModels))]
    public void Bytes_changed_at_random_in_a_quantised_file_leave_a_model_or_are_refused(string name, string type) =>
        ChangeBytes(File.ReadAllBytes(FixtureModels.Path(name, $"quant/{type}.gguf")), 300);

    [Theory(Explicit = true), MemberData(nameof(Small))]
    public void Every_mutant_of_a_small_model_works_or_is_refused(string name) => RunAll(Create(name), 1, 3000);

    [Theory(Explicit = true), MemberData(nameof(Fixtures))]
    public void Every_mutant_of_a_fixture_works_or_is_refused(string name) =>
        RunAll(MutableModel.Read(File.ReadAllBytes(FixtureModels.Path(name))), 1, 500);

    private void ChangeBytes(byte[] original, int rounds)
    {
        var random = new Random(9);
        var failures = new List<string>();
        int worked = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] mutant = (byte[])original.Clone();
            // Half of the rounds change the header, which is small.
            int end = round % 2 == 0 ? Math.Min(mutant.Length, 8192) : mutant.Length;
            for (int i = random.Next(1, 9); i > 0; i--) mutant[random.Next(end)] = (byte)random.Next(256);
            if (MutantRun.Try(mutant, out bool usable) is { } failure) failures.Add($"round {round}: {failure}");
            if (usable) worked++;
        }
        output.WriteLine($"{rounds} files: {worked} worked, {failures.Count} failed");
        Assert.Empty(failures);
        Assert.InRange(worked, 1, rounds - 1);
    }

    private void RunAll(MutableModel original, int stride, int combinations)
    {
        Assert.True(MutantRun.Try(original.ToFile()!, out bool works) is null && works);
        Mutation[] mutations = [.. KeyMutations.All(original), .. TensorMutations.All(original)];
        var random = new Random(5);
        IEnumerable<Mutation[]> sets = mutations.Where((_, i) => i % stride == 0).Select(one => new[] { one })
            .Concat(Enumerable.Range(0, combinations).Select(_ => random.GetItems(mutations, random.Next(2, 5))));
        var failures = new List<string>();
        int ran = 0, worked = 0;
        foreach (Mutation[] set in sets)
        {
            MutableModel mutant = original.Clone();
            foreach (Mutation mutation in set) mutation.Apply(mutant);
            if (mutant.ToFile() is not { } content) continue;
            ran++;
            if (MutantRun.Try(content, out bool usable) is { } failure)
                failures.Add($"{string.Join(" + ", set.Select(mutation => mutation.Name))}: {failure}");
            if (usable) worked++;
        }
        output.WriteLine($"{ran} mutants: {worked} worked, {ran - worked - failures.Count} were refused, {failures.Count} failed");
        Assert.Empty(failures);
        Assert.InRange(worked, 1, ran - 1);
    }

    /// <summary>A small model with a tokenizer, whose embedding has a row for each token.</summary>
    private static MutableModel Create(string name)
    {
        TinyFamily family = name == "bert" ? TinyFamilies.Bert : TinyFamilies.All.Single(one => one.ToString() == name);
        TinyModel tiny = family.Create();
        SmallVocabulary vocabulary = Vocabularies[name];
        foreach ((string key, GgufValue value) in vocabulary.ToMetadata()) tiny.Raw(key, value);
        tiny.Raw("tokenizer.chat_template", GgufValue.Of("{% for message in messages %}{{ message['content'] }}{% endfor %}"));
        foreach ((string tensor, (long[] shape, float[] values)) in tiny.Tensors.ToArray())
        {
            if (shape[^1] != TinyFamily.Vocabulary) continue;
            int columns = values.Length / TinyFamily.Vocabulary;
            float[] rows = [.. Enumerable.Range(0, vocabulary.Count * columns).Select(i => values[i % values.Length])];
            tiny.Tensors[tensor] = ([.. shape[..^1], vocabulary.Count], rows);
        }
        return MutableModel.Read(tiny.ToFile());
    }
}
