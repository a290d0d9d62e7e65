using System.Diagnostics;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>
/// Time grows with the text's length, up to a logarithm. Processor time of this thread would be fairer, but .NET has none: the limits are
/// wide, so that a busy machine passes, and a quadratic algorithm still fails.
/// </summary>
public class LinearTimeTests
{
    private static readonly string[] Kinds = ["llama", "gpt2", "llama-bpe", "jais-2", "deepseek-llm", "superbpe", "gemma4", "t5", "bert"];

    private static readonly string[] Texts =
        ["spaces", "spaces before a word", "one letter", "letters", "digits", "line ends", "symbols", "contractions"];

    public static IEnumerable<TheoryDataRow<string, string>> Cases()
    {
        foreach (string kind in Kinds)
        {
            foreach (string text in Texts) yield return new TheoryDataRow<string, string>(kind, text);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Twenty_times_the_text_takes_no_two_hundred_times_as_long(string kind, string text)
    {
        Tokenizer tokenizer = Make(kind);
        Time(tokenizer, Text(text, 1000));
        // Even 4,000 x 4,000 of the cheapest steps take longer than the least that counts here.
        double small = Math.Max(Time(tokenizer, Text(text, 4000)), 0.005);
        double large = Time(tokenizer, Text(text, 80_000));
        Assert.True(large < 200 * small, $"{large:F3} s for 80,000 characters, {small:F5} s for 4,000");
        Assert.True(large < 5, $"{large:F3} s for 80,000 characters");
    }

    [Fact]
    public void Many_special_tokens_in_text_take_linear_time()
    {
        SmallVocabulary vocabulary = SmallVocabulary.Gpt2();
        for (int length = 1; length <= 64; length++) vocabulary.Add(new string('\t', length), TokenKind.UserDefined);
        Tokenizer tokenizer = vocabulary.ToTokenizer();
        Assert.Equal(1000, tokenizer.Encode(new string('\t', 64_000), addSpecial: false).Count);
        Assert.True(Time(tokenizer, new string('\t', 64_000)) < 5);
        Assert.Equal(1001, tokenizer.Encode(new string('\t', 64_001), addSpecial: false).Count);
    }

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("deepseek-llm")]
    [InlineData("gemma-4")]
    [InlineData("llama-spm")]
    [InlineData("unigram")]
    [InlineData("bert-bge")]
    public void Ten_thousand_spaces_or_a_word_of_a_hundred_thousand_letters_are_quick_in_real_vocabularies(string name)
    {
        Tokenizer tokenizer = Vectors.Load(name);
        Assert.True(Time(tokenizer, new string(' ', 10_000) + "x") < 2);
        Assert.True(Time(tokenizer, Text("letters", 100_000)) < 2);
    }

    private static double Time(Tokenizer tokenizer, string text)
    {
        double best = double.PositiveInfinity;
        for (int round = 0; round < 2; round++)
        {
            long start = Stopwatch.GetTimestamp();
            List<int> ids = tokenizer.Encode(text, addSpecial: false);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            tokenizer.DecodeBytes([.. ids]);
        }
        return best;
    }

    private static Tokenizer Make(string kind) => kind switch
    {
        "llama" => SmallVocabulary.Llama().ToTokenizer(),
        "gpt2" => SmallVocabulary.Gpt2().ToTokenizer(),
        "gemma4" => SmallVocabulary.Gemma4().ToTokenizer(),
        "t5" => SmallVocabulary.Unigram().With("remove_extra_whitespaces", false).ToTokenizer(),
        "bert" => SmallVocabulary.Bert().AddAll("▁b", "a", "b", "c").ToTokenizer(),
        _ => SmallVocabulary.Gpt2().With("pre", kind).ToTokenizer(),
    };

    private static string Text(string kind, int length) => kind switch
    {
        "spaces" => new string(' ', length),
        "spaces before a word" => new string(' ', length) + "a",
        "one letter" => new string('a', length),
        "letters" => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i * (long)i + 3 * i) % 26))),
        "digits" => string.Concat(Enumerable.Range(0, length).Select(i => (char)('0' + i % 10))),
        "line ends" => new string('\n', length) + "a",
        "symbols" => new string('-', length),
        _ => string.Concat(Enumerable.Repeat("x's ", length / 4)),
    };
}
