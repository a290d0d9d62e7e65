using System.Diagnostics;
using Engine.Cli.Output;

namespace Engine.Cli.Benchmark;

/// <summary>What a long decode did to the process.</summary>
/// <param name="Tokens">Tokens decoded.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Allocated">Bytes that the whole process allocated on the garbage collector's heap meanwhile.</param>
/// <param name="Before">Bytes of physical memory at the start.</param>
/// <param name="After">Bytes of physical memory at the end.</param>
internal sealed record Soak(long Tokens, TimeSpan Time, long Allocated, long Before, long After)
{
    // What the runtime does now and then, such as compiling a hot method again, takes a little of its own.
    private const long MostAllocated = 64 << 10;
    private const long MostGrowth = 16L << 20;
    private const int WarmUpTokens = 64;

    /// <summary>Whether the decode allocated nothing to speak of and memory did not grow.</summary>
    public bool IsFlat => Allocated <= MostAllocated && After - Before <= MostGrowth;

    /// <summary>Decodes random tokens one by one for a time, over and over the whole context.</summary>
    /// <param name="session">An empty session.</param>
    /// <param name="vocabularySize">Tokens to choose from.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Soak Run(Session session, int vocabularySize, TimeSpan time, CancellationToken cancellation)
    {
        var random = new Random(1);
        int[] token = new int[1];
        for (int i = 0; i < session.ContextLength + WarmUpTokens; i++) Step();
        long before = Memory.Resident, allocated = GC.GetTotalAllocatedBytes(precise: true), start = Stopwatch.GetTimestamp(), tokens = 0;
        for (; Stopwatch.GetElapsedTime(start) < time; tokens++) Step();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new Soak(tokens, elapsed, allocated, before, Memory.Resident);

        void Step()
        {
            if (session.Position == session.ContextLength) session.Rewind(0);
            token[0] = random.Next(vocabularySize);
            session.Evaluate(token, cancellation);
        }
    }

    /// <summary>Prints it.</summary>
    public void Write(TextWriter output) => Fields.Write(output,
    [
        ("decoded", FormattableString.Invariant($"{Tokens} tokens in {Time.TotalSeconds:F1} s, {Tokens / Time.TotalSeconds:F1} t/s")),
        ("allocated", FormattableString.Invariant($"{Allocated} bytes")),
        ("memory", $"{Units.Bytes(Before)} before, {Units.Bytes(After)} after"),
    ]);
}
