using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Engine.Tokenization.PreTokenizers;
using Xunit;

namespace Engine.Tests.Tokenization;

public class PreTokenizerTests
{
    /// <summary>One or more characters of every kind that the patterns tell apart, of the BMP: .NET's Regex is the oracle.</summary>
    private static readonly string[] Alphabet =
    [
        " ", " ", "  ", "\n", "\r\n", "\t", "\v", "\u00A0", "\u0085", "\u3000", "\u2028", "a", "b", "st", "Z", "QU", "é",
        "Ä", "ǅ", "ʰ", "中", "文", "あ", "ン",
        "한", "ㄱ", "ไ", "ا", "अ", "\u0301", "\u094D", "\u20E3", "0", "7", "42", "123456",
        "٣", "Ⅳ", "½", "²", ".", "!", "'", "'s", "'T", "'ll", "'Re", "’", "_",
        "-", "/", "$", "+", "<", "=", "~", "`", "|", "^", "…", "。", "、", "！", "€", "♥",
        "\u0001", "\u200D", "\uE000", "\u0378", "<sentinel:12>", "IMGIMGABZ", "    ",
    ];

    private static readonly string[] BeyondDotNet = [nameof(PublishedPatterns.DeepSeekLetters), nameof(PublishedPatterns.KimiK2)];

    public static IEnumerable<TheoryDataRow<string>> PatternNames() =>
        typeof(PublishedPatterns).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => !BeyondDotNet.Contains(field.Name))
            .Select(field => new TheoryDataRow<string>(field.Name));

    public static IEnumerable<TheoryDataRow<string>> TableNames() =>
        PreTokenizerTable.Names.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(PatternNames))]
    public void A_pattern_cuts_as_it_does_in_NET(string name)
    {
        string pattern = (string)typeof(PublishedPatterns).GetField(name)!.GetValue(null)!;
        bool hasEnd = name == nameof(PublishedPatterns.SpacesAtEnd);  // in .NET $ matches before a last line end too
        var oracle = new Regex(hasEnd ? pattern.Replace("$", "\\z", StringComparison.Ordinal) : pattern, RegexOptions.CultureInvariant);
        var preTokenizer = new PreTokenizer(classes => new PatternStage(pattern, classes));
        var random = new Random(3);
        for (int round = 0; round < 400; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            Assert.Equal(Cut(oracle, text), Cut(preTokenizer, text));
        }
    }

    [Theory]
    [MemberData(nameof(TableNames))]
    public void Words_join_to_the_text(string name)
    {
        PreTokenizer preTokenizer = PreTokenizerTable.Find(name)!.PreTokenizer;
        var random = new Random(5);
        for (int round = 0; round < 50; round++)
        {
            string text = string.Concat(Enumerable.Range(0, 20).Select(_ => Alphabet[random.Next(Alphabet.Length)])) + "𝐀𝟙😀";
            string[] words = Cut(preTokenizer, text);
            Assert.Equal(text, string.Concat(words));
            Assert.DoesNotContain("", words);
        }
    }

    [Theory]
    [InlineData("gpt-2", "it's  don'T 1234, x\n\n y", "it|'s| | don|'|T| 1234|,| x|\n\n| y")]
    [InlineData("gpt-2", "𝐀𝐁𝐂 𝟏𝟐 😀😀", "𝐀𝐁𝐂| 𝟏𝟐| 😀😀")]
    [InlineData("llama-bpe", "It'S  12345 (x) \n\n y", "It|'S| | |123|45| (|x|)| \n\n| y")]
    [InlineData("llama-bpe", "𝟏𝟐𝟑𝟒𐌰𐌱", "𝟏𝟐𝟑|𝟒|𐌰𐌱")]
    [InlineData("qwen2", "a12 𝟏𝟐", "a|1|2| |𝟏|𝟐")]
    [InlineData("starcoder", "ab 12", "ab| |1|2")]
    [InlineData("falcon", "a==b 1234 $x", "a|==|b| |123|4| |$|x")]
    [InlineData("tekken", "camelCase HTTPServer 12", "camel|Case| HTTPServer| |1|2")]
    [InlineData("gpt-4o", "DON'T iPhone's ÀÉÎ àéÎ 1234", "DON'T| i|Phone's| ÀÉÎ| àé|Î| |123|4")]
    [InlineData("tiny_aya", "1234567 1234x 12", "1|234|567| |123|4|x| |12")]
    [InlineData("superbpe", "ab 1234567 12", "ab |1|234|567| |12")]
    [InlineData("afmoe", "1234 a", "1|234| a")]
    [InlineData("kimi-k2", "你好 hello世界 It's", "你好| hello|世界| It's")]
    [InlineData("deepseek-v3", "=foo 中文かな 1234", "=foo| |中文かな| |123|4")]
    [InlineData("deepseek-coder", "ab  12\n", "ab|  |1|2|\n")]
    [InlineData("deepseek-llm", "ab  12\n x ", "ab|  |12|\n| x| ")]
    [InlineData("exaone-moe", "a b c 12", "a b c| |1|2")]
    [InlineData("bloom", "one two, three", "one| two|,| three")]
    [InlineData("viking", "a12", "a|1|2")]
    [InlineData("chameleon", "x<sentinel:7>IMGIMGABZ   12", "x|<|sentinel|:|7|>|IMGIMGABZ|  | |1|2")]
    [InlineData("jais-2", "a      b", "a|    | | b")]
    [InlineData("gemma4", "a b\n\nc", "a b|\n\n|c")]
    [InlineData("laguna", "a\n\n b", "a|\n\n| b")]
    [InlineData("default", "a==1234", "a|==|123|4")]
    public void A_text_is_cut_as_its_family_does(string name, string text, string words)
    {
        Assert.Equal(words.Split('|'), Cut(PreTokenizerTable.Find(name)!.PreTokenizer, text));
    }

    [Theory]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[a")]
    [InlineData("[b-a]")]
    [InlineData("*a")]
    [InlineData("a{2")]
    [InlineData("a{3,2}")]
    [InlineData("(?<=ab)c")]
    [InlineData("\\xZZ")]
    [InlineData("[[:alpha:]]")]
    [InlineData("\\")]
    [InlineData("\\q")]
    [InlineData("\\p{Klingon}")]
    [InlineData("\\p{L")]
    [InlineData("(a?)*")]
    public void A_pattern_beyond_the_subset_is_refused(string pattern) =>
        Assert.Throws<FormatException>(() => SplitPatternParser.Parse(pattern, new CharClasses()));

    [Theory]
    [InlineData("a{2,3}b", "aaab ab", "aaab| ab")]
    [InlineData("(?:ab|a){2}", "aba abab", "aba| |abab")]
    [InlineData("(?:ab)*c", "ababc", "ababc")]
    [InlineData("(?:ab){1,2}", "ababab", "abab|ab")]
    [InlineData("a(?=b)", "ab ac", "a|b ac")]
    [InlineData("(?i:ab)c", "aBc ABC", "aBc| ABC")]
    [InlineData("[^a-c]+", "abxyc", "ab|xy|c")]
    [InlineData("[\\p{L}&&[^\\p{Lu}]]+", "abCD", "ab|CD")]
    [InlineData("[]a]", "]a", "]|a")]
    public void Patterns_match_as_regular_expressions_do(string pattern, string text, string words)
    {
        Assert.Equal(words.Split('|'), Cut(new PreTokenizer(classes => new PatternStage(pattern, classes)), text));
    }

    private static string[] Cut(PreTokenizer preTokenizer, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var ends = new List<int>();
        preTokenizer.Split(utf8, ends);
        return [.. ends.Select((end, i) => Encoding.UTF8.GetString(utf8.AsSpan((i == 0 ? 0 : ends[i - 1])..end)))];
    }

    private static string[] Cut(Regex regex, string text)
    {
        var words = new List<string>();
        int start = 0;
        foreach (Match match in regex.Matches(text))
        {
            if (match.Index > start) words.Add(text[start..match.Index]);
            words.Add(match.Value);
            start = match.Index + match.Length;
        }
        if (start < text.Length) words.Add(text[start..]);
        return [.. words];
    }
}
