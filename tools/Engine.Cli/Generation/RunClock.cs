using System.Diagnostics;
using Engine.Cli.Output;

namespace Engine.Cli.Generation;

/// <summary>Times one generation, and says in one block for stderr what it took.</summary>
internal sealed class RunClock
{
    private readonly string _load;
    private long _start;
    private long _first;
    private long _last;
    private int _prompt;
    private int _generated;

    /// <summary>Starts with what loading the model took, in words.</summary>
    public RunClock(string load) => _load = load;

    /// <summary>The prompt goes in now.</summary>
    public void Start(int promptTokens)
    {
        _prompt = promptTokens;
        _start = _first = _last = Stopwatch.GetTimestamp();
    }

    /// <summary>A token has come.</summary>
    public void Token()
    {
        _last = Stopwatch.GetTimestamp();
        if (_generated++ == 0) _first = _last;
    }

    /// <summary>Writes the summary.</summary>
    public void Write(TextWriter error, int reusedTokens, Session session)
    {
        var first = Stopwatch.GetElapsedTime(_start, _first);
        var rest = Stopwatch.GetElapsedTime(_first, _last);
        int evaluated = _prompt - reusedTokens;
        Fields.Write(error,
        [
            ("load", _load),
            ("prompt", $"{evaluated} tokens, {Speed(evaluated, first)}"),
            ("decode", $"{_generated} tokens, {Speed(_generated - 1, rest)}"),
            ("first token", Units.Time(first)),
            ("memory", $"{Units.Bytes(Memory.Peak)} at most, cache {Units.Bytes(session.CacheBytes)}"),
        ]);
    }

    private static string Speed(int tokens, TimeSpan time) =>
        tokens <= 0 || time <= TimeSpan.Zero ? "- tokens/s" : Units.Fixed(tokens / time.TotalSeconds, 2) + " tokens/s";
}
