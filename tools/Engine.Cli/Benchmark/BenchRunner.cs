using System.Diagnostics;

namespace Engine.Cli.Benchmark;

/// <summary>Times a session on random tokens: no tokenizer, no sampler.</summary>
/// <param name="session">An empty session with room for the longest test.</param>
/// <param name="vocabularySize">Tokens to choose from.</param>
/// <param name="cancellation">Ends the measurement.</param>
internal sealed class BenchRunner(Session session, int vocabularySize, CancellationToken cancellation)
{
    private const int Seed = 1;
    private const int WarmUpTokens = 16;
    private readonly Random _random = new(Seed);

    /// <summary>Runs a test once to warm up and then <paramref name="repetitions"/> times against the clock.</summary>
    public BenchResult Run(BenchTest test, int threads, int repetitions)
    {
        FillTo(test.Depth);
        int[] tokens = RandomTokens(test.Tokens);
        Evaluate(test, tokens.AsSpan(0, test.Prompt > 0 ? test.Prompt : Math.Min(test.Generated, WarmUpTokens)));
        var samples = new TimeSpan[repetitions];
        var started = DateTime.UtcNow;
        for (int i = 0; i < repetitions; i++)
        {
            session.Rewind(test.Depth);
            long start = Stopwatch.GetTimestamp();
            Evaluate(test, tokens);
            samples[i] = Stopwatch.GetElapsedTime(start);
        }
        session.Rewind(test.Depth);
        return new BenchResult(test, threads, started, samples);
    }

    /// <summary>The cache holds exactly <paramref name="depth"/> tokens afterwards.</summary>
    private void FillTo(int depth)
    {
        if (session.Position > depth) session.Rewind(depth);
        if (session.Position < depth) session.Evaluate(RandomTokens(depth - session.Position), cancellation);
    }

    private void Evaluate(BenchTest test, ReadOnlySpan<int> tokens)
    {
        if (test.Prompt > 0)
        {
            session.Evaluate(tokens, cancellation);
            return;
        }
        for (int i = 0; i < tokens.Length; i++) session.Evaluate(tokens.Slice(i, 1), cancellation);
    }

    private int[] RandomTokens(int count)
    {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++) tokens[i] = _random.Next(vocabularySize);
        return tokens;
    }
}
