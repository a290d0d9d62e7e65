using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>
/// Byte-pair encoding as its definition reads, over strings and in quadratic time, against the tokenizers on random vocabularies: heap,
/// cuts at spaces and remembered words must change nothing.
/// </summary>
public class MergeReferenceTests
{
    private const string Letters = "ab▁>";

    [Fact]
    public void Scored_merges_are_those_of_the_definition()
    {
        var random = new Random(13);
        for (int round = 0; round < 60; round++)
        {
            SmallVocabulary vocabulary = new SmallVocabulary("llama").Add("<unk>", TokenKind.Unknown).Add("<s>", TokenKind.Control)
                .Add("</s>", TokenKind.Control).With("add_space_prefix", false);
            var scores = new Dictionary<string, float>();
            foreach (char c in Letters) scores[c.ToString()] = -99;
            for (int i = random.Next(1, 30); i > 0; i--) scores[RandomText(random, random.Next(2, 5))] = -random.Next(8);
            foreach ((string token, float score) in scores) vocabulary.Add(token, score: score);
            Tokenizer tokenizer = vocabulary.ToTokenizer();
            CompareOnRandomTexts(tokenizer, random, (left, right) => scores.TryGetValue(left + right, out float score) ? -score : null);
        }
    }

    [Fact]
    public void Ranked_merges_are_those_of_the_definition()
    {
        var random = new Random(17);
        for (int round = 0; round < 60; round++)
        {
            var tokens = Letters.Select(c => c.ToString()).ToList();
            var ranks = new Dictionary<(string, string), int>();
            for (int i = random.Next(1, 30); i > 0; i--)
            {
                (string left, string right) = (tokens[random.Next(tokens.Count)], tokens[random.Next(tokens.Count)]);
                if (!ranks.TryAdd((left, right), ranks.Count) || tokens.Contains(left + right)) continue;
                tokens.Add(left + right);
            }
            Tokenizer tokenizer = new SmallVocabulary("gemma4").Add("<bos>", TokenKind.Control).With("bos_token_id", 0)
                .AddAll([.. tokens]).Merges([.. ranks.OrderBy(pair => pair.Value).Select(pair => $"{pair.Key.Item1} {pair.Key.Item2}")])
                .ToTokenizer();
            CompareOnRandomTexts(tokenizer, random, (left, right) => ranks.TryGetValue((left, right), out int rank) ? rank : null);
        }
    }

    private static void CompareOnRandomTexts(Tokenizer tokenizer, Random random, Func<string, string, float?> priority)
    {
        for (int i = 0; i < 40; i++)
        {
            string text = RandomText(random, random.Next(1, 30));
            Assert.Equal(Merge(text, priority), tokenizer.Encode(text.Replace('▁', ' '), addSpecial: false).Select(tokenizer.GetText));
        }
    }

    private static List<string> Merge(string text, Func<string, string, float?> priority)
    {
        List<string> symbols = [.. text.Select(c => c.ToString())];
        while (true)
        {
            (int Index, float Priority)? best = null;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (priority(symbols[i], symbols[i + 1]) is float found && (best is null || found < best.Value.Priority)) best = (i, found);
            }
            if (best is null) return symbols;
            symbols[best.Value.Index] += symbols[best.Value.Index + 1];
            symbols.RemoveAt(best.Value.Index + 1);
        }
    }

    private static string RandomText(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => Letters[random.Next(Letters.Length)]));
}
