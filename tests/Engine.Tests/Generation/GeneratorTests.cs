using System.Text;
using Engine.Generation;
using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Generation;

public sealed class GeneratorTests
{
    private static readonly PieceVocabulary Letters = new("a", "b", "c", "d", "e", "f", "");
    private const int End = 6;

    private static GenerationOptions Greedy => new() { Sampling = SamplingOptions.Greedy };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void An_answer_ends_at_the_models_end_token()
    {
        List<GeneratedToken> tokens = Generate([0, 1], Greedy, 2, 3, 4, End);
        Assert.Equal([2, 3, 4, End], tokens.Select(token => token.Id));
        Assert.Equal(["c", "d", "e", ""], tokens.Select(token => token.Text));
        Assert.Equal([null, null, null, FinishReason.StopToken], tokens.Select(token => token.Finish));
        Assert.All(tokens, token => Assert.Null(token.LogProbability));
    }

    [Fact]
    public void The_end_token_is_passed_over_on_request()
    {
        List<GeneratedToken> tokens = Generate([0], Greedy with { IgnoreEndOfText = true, MaxTokens = 4 }, 2, End, 3, End);
        Assert.Equal([2, End, 3, End], tokens.Select(token => token.Id));
        Assert.Equal(FinishReason.Length, tokens[^1].Finish);
    }

    [Fact]
    public void A_stop_token_ends_the_answer_and_leaves_no_text()
    {
        List<GeneratedToken> tokens = Generate([0], Greedy with { StopTokens = [3] }, 2, 2, 3, 4);
        Assert.Equal([2, 2, 3], tokens.Select(token => token.Id));
        Assert.Equal("cc", string.Concat(tokens.Select(token => token.Text)));
        Assert.Equal(FinishReason.StopToken, tokens[^1].Finish);
    }

    [Fact]
    public void A_limit_ends_the_answer_with_its_last_token()
    {
        List<GeneratedToken> tokens = Generate([0], Greedy with { MaxTokens = 3 }, 2, 3, 4, 5);
        Assert.Equal([(2, null), (3, null), (4, (FinishReason?)FinishReason.Length)], tokens.Select(token => (token.Id, token.Finish)));
    }

    [Fact]
    public void With_no_tokens_asked_for_the_prompt_is_evaluated_and_nothing_generated()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 3, 2);
        GenerationRun run = new Generator(evaluator, Letters).Start([0, 1, 2], Greedy with { MaxTokens = 0 });
        Assert.True(run.Step(Token));
        Assert.Equal((-1, FinishReason.Length, 3), (run.Id, run.Finish, evaluator.Tokens.Length));
        Assert.False(run.Step(Token));
    }

    [Fact]
    public void A_full_context_ends_the_answer_with_a_reason()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 5, 3, 2);
        List<GeneratedToken> tokens = Drain(new Generator(evaluator, Letters).Start([0, 1, 2], Greedy));
        Assert.Equal(3, tokens.Count);      // two more fit, and a third comes from the last of them
        Assert.Equal(FinishReason.ContextFull, tokens[^1].Finish);
        Assert.Equal("ccc", string.Concat(tokens.Select(token => token.Text)));
        tokens = Drain(new Generator(evaluator, Letters).Start([0, 1, 2, 3, 4], Greedy));
        Assert.Equal(FinishReason.ContextFull, Assert.Single(tokens).Finish);
    }

    [Fact]
    public void A_full_context_is_shifted_on_request()
    {
        var evaluator = new ScriptedEvaluator(7, 10, (tokens, count) => (tokens[count - 1] + 1) % 6);
        GenerationOptions options = Greedy with
        {
            OnContextFull = ContextFullAction.Shift,
            KeepTokens = 2,
            MaxTokens = 40,
            PrefillChunk = 3,
        };
        List<GeneratedToken> tokens = Drain(new Generator(evaluator, Letters).Start([5, 5, 0], options));
        Assert.Equal(Enumerable.Range(1, 40).Select(i => i % 6), tokens.Select(token => token.Id));
        Assert.Equal(FinishReason.Length, tokens[^1].Finish);
        Assert.Equal([5, 5], evaluator.Tokens[..2].ToArray());
        Assert.True(evaluator.Rewinds.Count > 3);
        Assert.All(evaluator.Rewinds, position => Assert.Equal(2, position));
        Assert.All(evaluator.Calls, count => Assert.InRange(count, 1, 3));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void The_smallest_contexts_can_be_shifted(int context, int keep)
    {
        var evaluator = new ScriptedEvaluator(7, context, (tokens, count) => (tokens[count - 1] + 1) % 6);
        GenerationOptions options = Greedy with { OnContextFull = ContextFullAction.Shift, KeepTokens = keep, MaxTokens = 20 };
        List<GeneratedToken> tokens = Drain(new Generator(evaluator, Letters).Start([0], options));
        Assert.Equal(Enumerable.Range(1, 20).Select(i => i % 6), tokens.Select(token => token.Id));
    }

    [Fact]
    public void A_shift_that_keeps_the_whole_context_is_refused()
    {
        var generator = new Generator(ScriptedEvaluator.Saying(7, 10, 1, 2), Letters);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => generator.Start([0], Greedy with { OnContextFull = ContextFullAction.Shift, KeepTokens = 10 }));
        Assert.Contains("10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_is_evaluated_in_chunks()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 20, 2, End);
        Drain(new Generator(evaluator, Letters).Start(new int[20], Greedy with { PrefillChunk = 7 }));
        Assert.Equal([7, 7, 6, 1], evaluator.Calls);
    }

    [Fact]
    public void A_second_turn_evaluates_only_what_it_adds()
    {
        var evaluator = new ScriptedEvaluator(7, 100, (_, count) => count % 4 == 3 ? End : 2);
        var generator = new Generator(evaluator, Letters);
        List<GeneratedToken> first = Drain(generator.Start([0, 1], Greedy));
        int[] second = [0, 1, .. first.Select(token => token.Id), 3, 4];
        evaluator.Calls.Clear();
        GenerationRun run = generator.Start(second, Greedy);
        run.Step(Token);
        Assert.Equal(first.Count + 1, run.ReusedTokens);    // the end token was generated but never evaluated
        Assert.Equal([3], evaluator.Calls);
        Assert.Empty(evaluator.Rewinds);
    }

    [Fact]
    public void The_same_prompt_again_evaluates_its_last_token_only()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 5, 2, 3, End);
        var generator = new Generator(evaluator, Letters);
        string first = Text(Drain(generator.Start([0, 1, 2, 3, 4], Greedy)));
        evaluator.Calls.Clear();
        Assert.Equal(first, Text(Drain(generator.Start([0, 1, 2, 3, 4], Greedy))));
        Assert.Equal([1, 1, 1], evaluator.Calls);
        Assert.Equal([4], evaluator.Rewinds);
    }

    [Fact]
    public void A_prompt_that_differs_drops_the_cache_from_there()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 5, 2, End);
        var generator = new Generator(evaluator, Letters);
        Drain(generator.Start([0, 1, 2, 3, 4], Greedy));
        Drain(generator.Start([0, 1, 5, 3, 4], Greedy));
        Assert.Equal([2], evaluator.Rewinds);
        Assert.Equal([0, 1, 5, 3, 4, 2], evaluator.Tokens.ToArray());
    }

    [Fact]
    public void Half_a_character_is_never_handed_out()
    {
        byte[] euro = Encoding.UTF8.GetBytes("€");
        var vocabulary = new PieceVocabulary(euro[..1], euro[1..], "x"u8.ToArray(), []);
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(4, 100, 1, 0, 1, 2, 0, 1, 0);
        List<GeneratedToken> tokens = Drain(new Generator(evaluator, vocabulary).Start([2], Greedy with { MaxTokens = 6 }));
        Assert.Equal(["", "€", "x", "", "€", ""], tokens.Select(token => token.Text));
    }

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(11, "11 tokens, the context holds 10")]
    [InlineData(-1, "Token 1 of the prompt is 7, expected an id from 0 to 6")]
    [InlineData(-2, "Token 1 of the prompt is -1")]
    public void A_prompt_that_cannot_be_evaluated_is_a_typed_error(int length, string message)
    {
        int[] prompt = length switch { -1 => [0, 7], -2 => [0, -1], _ => new int[length] };
        var generator = new Generator(ScriptedEvaluator.Saying(7, 10, 1, 2), Letters);
        PromptException error = Assert.Throws<PromptException>(() => generator.Start(prompt));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_generations_at_once_are_noticed()
    {
        var generator = new Generator(ScriptedEvaluator.Saying(7, 100, 1, 2), Letters);
        GenerationRun first = generator.Start([0], Greedy);
        first.Step(Token);
        generator.Start([0, 1, 2], Greedy).Step(Token);
        Assert.Throws<InvalidOperationException>(() => first.Step(Token));
        Assert.False(first.Step(Token));
    }

    [Theory]
    [InlineData(nameof(GenerationOptions.MaxTokens), -1)]
    [InlineData(nameof(GenerationOptions.LogProbabilities), -1)]
    [InlineData(nameof(GenerationOptions.LogProbabilities), 1001)]
    [InlineData(nameof(GenerationOptions.KeepTokens), -1)]
    [InlineData(nameof(GenerationOptions.PrefillChunk), 0)]
    [InlineData(nameof(GenerationOptions.OnContextFull), (ContextFullAction)2)]
    public void An_option_out_of_range_is_refused_by_name(string option, object value)
    {
        var options = new GenerationOptions();
        typeof(GenerationOptions).GetProperty(option)!.SetValue(options, value);
        ArgumentException error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    private static List<GeneratedToken> Generate(int[] prompt, GenerationOptions options, params int[] answer) =>
        Drain(new Generator(ScriptedEvaluator.Saying(7, 100, prompt.Length, answer), Letters).Start(prompt, options));

    private static string Text(IEnumerable<GeneratedToken> tokens) => string.Concat(tokens.Select(token => token.Text));

    private static List<GeneratedToken> Drain(GenerationRun run)
    {
        var tokens = new List<GeneratedToken>();
        while (run.Step(Token))
        {
            tokens.Add(new GeneratedToken
            {
                Id = run.Id,
                Text = run.Text.ToString(),
                LogProbability = run.LogProbability,
                Finish = run.Finish,
            });
            Assert.True(tokens.Count < 1000, "the generation does not end");
        }
        Assert.NotNull(tokens[^1].Finish);
        return tokens;
    }
}
