using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Engine.Formats.Checkpoints.Configs;

/// <summary>
/// A regular expression that a checkpoint holds modules' names against, from the name's start on as Python's re.match does. A pattern that
/// takes too long is an error of the file.
/// </summary>
internal sealed class ModulePattern
{
    private const int LongestPattern = 10_000;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    private readonly string _file;
    private readonly string _key;
    private readonly string _pattern;
    private readonly PatternBudget _budget;
    private readonly Regex _regex;

    /// <summary>Makes the pattern.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="key">The key under which it stands.</param>
    /// <param name="pattern">The regular expression.</param>
    /// <param name="budget">What the file's patterns share.</param>
    /// <exception cref="ModelFormatException">It is none, longer than 10,000 characters, or one too many.</exception>
    public ModulePattern(string file, string key, string pattern, PatternBudget budget)
    {
        (_file, _key, _pattern, _budget) = (file, key, pattern, budget);
        if (!budget.TryAddPattern())
            throw new ModelFormatException(file, key, $"more than {PatternBudget.MostPatterns} patterns", $"at most {PatternBudget.MostPatterns}");
        if (pattern.Length > LongestPattern)
            throw new ModelFormatException(file, key, $"a pattern of {pattern.Length} characters", $"at most {LongestPattern}");
        try
        {
            _regex = new Regex($@"\A(?:{pattern})", RegexOptions.CultureInvariant, MostTime);
        }
        catch (ArgumentException e)
        {
            throw Error($"({e.Message})", e);
        }
    }

    /// <summary>Whether a name begins with the pattern.</summary>
    /// <exception cref="ModelFormatException">The pattern took longer than a second, or all of the file's too long.</exception>
    public bool Matches(string name)
    {
        if (_budget.IsSpent)
        {
            string most = $"{PatternBudget.MostTime.TotalSeconds} s";
            throw new ModelFormatException(_file, _key, $"patterns that take longer than {most} together", "patterns that are matched quickly");
        }
        long start = Stopwatch.GetTimestamp();
        try
        {
            return _regex.IsMatch(name);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw Error($"that takes longer than {MostTime.TotalSeconds} s for \"{ModelFormatException.Shown(name)}\"", e);
        }
        finally
        {
            _budget.AddTimeSince(start);
        }
    }

    private ModelFormatException Error(string problem, Exception inner) =>
        new(_file, _key, $"the pattern \"{ModelFormatException.Shown(_pattern)}\" {problem}", "a regular expression", inner);
}
