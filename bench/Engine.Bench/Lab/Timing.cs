using System.Diagnostics;

namespace Engine.Bench;

/// <summary>Seconds of many short runs, sorted: the best of them is what a loaded machine still tells.</summary>
internal sealed class Timing
{
    private const int WarmUps = 5, Fewest = 20, Most = 500;
    private const double Seconds = 0.7;
    private readonly List<double> _times = [];

    /// <summary>Runs an action for about 0.7 seconds, at least 20 times.</summary>
    public Timing(Action action)
        : this() => Repeat([this], [action]);

    private Timing()
    {
    }

    /// <summary>The shortest.</summary>
    public double Best => _times[0];

    /// <summary>The middle one.</summary>
    public double Median => _times[_times.Count / 2];

    /// <summary>Runs actions in turns, so that whatever else the machine does meets all of them.</summary>
    public static Timing[] InTurns(params Action[] actions)
    {
        Timing[] timings = [.. actions.Select(_ => new Timing())];
        Repeat(timings, actions);
        return timings;
    }

    private static void Repeat(Timing[] timings, Action[] actions)
    {
        for (int i = 0; i < WarmUps; i++)
            foreach (Action action in actions) action();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Fewest || (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds * actions.Length && i < Most); i++)
            foreach ((int index, Action action) in actions.Index())
            {
                long begin = Stopwatch.GetTimestamp();
                action();
                timings[index]._times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
        foreach (Timing timing in timings) timing._times.Sort();
    }
}
