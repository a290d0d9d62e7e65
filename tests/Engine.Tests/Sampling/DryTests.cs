using System.Text;
using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class DryTests
{
    [Fact]
    public void The_longest_repetition_counts_as_by_its_definition()
    {
        var random = new Random(11);
        for (int trial = 0; trial < 300; trial++)
        {
            int lastN = random.Next(1, 40), allowed = random.Next(0, 4), alphabet = random.Next(1, 5);
            int[] history = Enumerable.Range(0, random.Next(0, 60)).Select(_ => random.Next(alphabet)).ToArray();
            int[] window = history.TakeLast(lastN).ToArray();
            var dry = new Dry(0.5f, 1.5f, allowed, lastN, null);
            foreach (int token in history) dry.Accept(token);
            var candidates = new Candidates(6);
            candidates.Load(new float[6]);
            dry.Apply(candidates);
            for (int token = 0; token < 6; token++)
            {
                int length = Longest(window, token);
                bool costs = window.Length > allowed && length >= allowed && length >= 0;
                float expected = costs ? -(float)(0.5 * Math.Pow(1.5, length - allowed)) : 0;
                Assert.Equal(expected, candidates.Logits[token], 1e-4f * Math.Max(1, -expected));
            }
        }
    }

    [Fact]
    public void A_long_window_takes_linear_time()
    {
        const int Length = 200_000;
        var dry = new Dry(0.5f, 1.1f, 2, Length, null);
        for (int i = 0; i < Length; i++) dry.Accept(7);
        var candidates = new Candidates(10);
        candidates.Load(new float[10]);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        dry.Apply(candidates);
        Assert.True(watch.Elapsed.TotalSeconds < 2, $"{watch.Elapsed}");
        Assert.True(candidates.Logits[7] < -1e30f);
    }

    [Fact]
    public void A_breaker_of_several_tokens_is_found_by_its_head_and_tail()
    {
        var vocabulary = new Words("one", "two", "END", " OF", " TEXT", "the END", "x");
        DryBreakers breakers = DryBreakers.Create(["END OF", new string('y', 100), ""], vocabulary);
        Assert.False(breakers.IsSingle(2));
        Assert.Equal(3, After(breakers, 0, 1, 2, 0, 1, 0));     // END without OF breaks nothing: from the 6 below only
        static int After(DryBreakers breakers, params int[] tokens)
        {
            var window = new TokenWindow(100);
            foreach (int token in tokens) window.Add(token, out _);
            return breakers.TokensAfterLast(window) == tokens.Length ? 3 : breakers.TokensAfterLast(window);
        }
        Assert.Equal(2, After(breakers, 0, 1, 2, 3, 0, 1));
        Assert.Equal(1, After(breakers, 5, 3, 0));
    }

    /// <summary>Longest stretch before an earlier occurrence, not the first token, that equals the window's end; -1 without one.</summary>
    private static int Longest(int[] window, int token)
    {
        int best = -1;
        for (int at = 1; at < window.Length; at++)
        {
            if (window[at] != token) continue;
            int length = 0;
            while (length < at && window[at - 1 - length] == window[window.Length - 1 - length]) length++;
            best = Math.Max(best, length);
        }
        return best;
    }

    private sealed class Words(params string[] words) : IDryVocabulary
    {
        public int VocabularySize => words.Length;

        public ReadOnlySpan<byte> GetText(int id) => Encoding.UTF8.GetBytes(words[id]);

        public IReadOnlyList<int> Encode(string text) => [Array.IndexOf(words, text)];
    }
}
