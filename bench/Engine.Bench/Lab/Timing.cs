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
    {
        for (int i = 0; i < WarmUps; i++) action();
        long start = Stopwatch.GetTimestamp();
        while (_times.Count < Fewest || (Stopwatch.GetElapsedTime(start).TotalSeconds < Seconds && _times.Count < Most))
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            _times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        _times.Sort();
    }

    /// <summary>The shortest.</summary>
    public double Best => _times[0];

    /// <summary>The middle one.</summary>
    public double Median => _times[_times.Count / 2];
}
