using System.Diagnostics;

namespace Engine.Formats.Checkpoints.Configs;

/// <summary>
/// How many patterns one file may have, and how long all of them may be matched: each may be quick, and a million of them against every
/// module of a model are not. Safe to use from many threads.
/// </summary>
internal sealed class PatternBudget
{
    /// <summary>Patterns that a file may have.</summary>
    public const int MostPatterns = 10_000;

    /// <summary>Time that all matches together may take; those of a real checkpoint take some hundredths of a second.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    private int _patterns;
    private long _spent;

    /// <summary>Whether no time is left.</summary>
    public bool IsSpent => Interlocked.Read(ref _spent) > MostTime.Ticks;

    /// <summary>Counts a pattern.</summary>
    /// <returns>False where there are too many.</returns>
    public bool TryAddPattern() => Interlocked.Increment(ref _patterns) <= MostPatterns;

    /// <summary>Adds the time since a match began.</summary>
    /// <param name="start">Value of <see cref="Stopwatch.GetTimestamp"/> at its beginning.</param>
    public void AddTimeSince(long start) => Interlocked.Add(ref _spent, Stopwatch.GetElapsedTime(start).Ticks);
}
