using Engine.Generation;
using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Generation;

public sealed class GenerationRunTests
{
    private static readonly PieceVocabulary Letters = new("a", "b", "c", "d", "e", "f", "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Nothing_is_allocated_per_token_after_warm_up()
    {
        var evaluator = new ScriptedEvaluator(7, 4000, (tokens, count) => (tokens[count - 1] + count) % 6);
        var options = new GenerationOptions
        {
            Sampling = new SamplingOptions { Seed = 3, RepeatPenalty = 1.1f, DryMultiplier = 0.5f },
            StopStrings = ["!!", "abX"],
            LogProbabilities = 3,
            IgnoreEndOfText = true,
        };
        CancellationToken token = Token;
        GenerationRun run = new Generator(evaluator, Letters).Start([0, 1], options);
        for (int i = 0; i < 300; i++) Assert.True(run.Step(token));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int characters = 0;
        for (int i = 0; i < 500; i++)
        {
            run.Step(token);
            characters += run.Text.Length;
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(characters > 400, $"{characters} characters");
    }

    [Fact]
    public void Log_probabilities_are_those_of_the_model_and_not_of_the_sampler()
    {
        var options = new GenerationOptions
        {
            Sampling = new SamplingOptions { Temperature = 0.1f, TopK = 1, LogitBias = new Dictionary<int, float> { [2] = -50 } },
            LogProbabilities = 2,
            MaxTokens = 1,
        };
        GenerationRun run = new Generator(ScriptedEvaluator.Saying(7, 10, 1, 2), Letters).Start([0], options);
        run.Step(Token);
        double logSum = Math.Log(Math.Exp(20) + 6);     // the script gives 20 to token 2 and 0 to the other six
        Assert.Equal(0, run.Id);
        Assert.Equal(-logSum, run.LogProbability!.Value, 1e-5);
        Assert.Equal([2, 0], run.TopLogProbabilities.ToArray().Select(top => top.Id));
        Assert.Equal(20 - logSum, run.TopLogProbabilities[0].LogProbability, 1e-5);
    }

    [Fact]
    public void Cancelling_between_tokens_ends_the_run_without_an_error()
    {
        using var source = new CancellationTokenSource();
        GenerationRun run = new Generator(ScriptedEvaluator.Saying(7, 100, 1, 2, 3), Letters).Start(
            [0], new GenerationOptions { Sampling = SamplingOptions.Greedy, StopStrings = ["ddX"] });
        Assert.True(run.Step(source.Token));
        Assert.True(run.Step(source.Token));
        Assert.Equal("", run.Text.ToString());
        source.Cancel();
        Assert.True(run.Step(source.Token));
        Assert.Equal((-1, FinishReason.Cancelled), (run.Id, run.Finish));
        Assert.Equal("d", run.Text.ToString());     // what was held back can be no stop string any more
        Assert.False(run.Step(source.Token));
    }

    [Fact]
    public void Cancelling_within_the_prompt_keeps_what_was_evaluated()
    {
        using var source = new CancellationTokenSource();
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 50, 2);
        evaluator.OnEvaluate = _ =>
        {
            if (evaluator.Calls.Count == 2) source.Cancel();
        };
        var options = new GenerationOptions { Sampling = SamplingOptions.Greedy, PrefillChunk = 10, MaxTokens = 1 };
        var generator = new Generator(evaluator, Letters);
        GenerationRun run = generator.Start(new int[50], options);
        run.Step(source.Token);
        Assert.Equal(FinishReason.Cancelled, run.Finish);
        Assert.Equal(30, evaluator.Tokens.Length);
        run = generator.Start(new int[50], options);
        run.Step(Token);
        Assert.Equal((30, FinishReason.Length), (run.ReusedTokens, run.Finish));
    }

    [Fact]
    public void A_cancelled_evaluation_ends_the_run_and_any_other_failure_is_passed_on()
    {
        using var source = new CancellationTokenSource();
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 1, 2);
        evaluator.OnEvaluate = token =>
        {
            source.Cancel();
            token.ThrowIfCancellationRequested();
        };
        var generator = new Generator(evaluator, Letters);
        GenerationRun run = generator.Start([0]);
        run.Step(source.Token);
        Assert.Equal(FinishReason.Cancelled, run.Finish);

        evaluator.OnEvaluate = _ => throw new OperationCanceledException("somebody else's");
        run = generator.Start([0]);
        Assert.Throws<OperationCanceledException>(() => run.Step(Token));
        Assert.False(run.Step(Token));
    }

    [Fact]
    public async Task A_stream_gives_the_steps_and_leaves_the_callers_context()
    {
        var generator = new Generator(ScriptedEvaluator.Saying(7, 100, 1, 1, 2, 3, 6), Letters);
        var options = new GenerationOptions { Sampling = SamplingOptions.Greedy, LogProbabilities = 1 };
        string text = "";
        GeneratedToken? last = null;
        await foreach (GeneratedToken token in generator.GenerateAsync([0], options, TestContext.Current.CancellationToken))
        {
            Assert.Null(last?.Finish);
            text += token.Text;
            last = token;
            Assert.Single(token.TopLogProbabilities);
        }
        Assert.Equal(("bcd", FinishReason.StopToken), (text, last!.Finish));
    }

    [Fact]
    public async Task A_text_is_continued_like_its_tokens()
    {
        ScriptedEvaluator evaluator = ScriptedEvaluator.Saying(7, 100, 3, 1, 6);
        string text = "";
        await foreach (GeneratedToken token in new Generator(evaluator, Letters).GenerateAsync("cab", null, Token)) text += token.Text;
        Assert.Equal([2, 0, 1, 1], evaluator.Tokens.ToArray());
        Assert.Equal("b", text);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_with_its_reason()
    {
        using var source = new CancellationTokenSource();
        var generator = new Generator(ScriptedEvaluator.Saying(7, 1000, 1, 1), Letters);
        int count = 0;
        FinishReason? finish = null;
        await foreach (GeneratedToken token in generator.GenerateAsync([0], null, source.Token))
        {
            if (++count == 5) await source.CancelAsync();
            finish = token.Finish;
        }
        Assert.Equal((6, FinishReason.Cancelled), (count, finish));
    }
}
