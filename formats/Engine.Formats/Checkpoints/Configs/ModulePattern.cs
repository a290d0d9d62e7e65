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
    private readonly Regex _regex;

    /// <summary>Makes the pattern.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="key">The key under which it stands.</param>
    /// <param name="pattern">The regular expression.</param>
    /// <exception cref="ModelFormatException">It is none, or longer than 10,000 characters.</exception>
    public ModulePattern(string file, string key, string pattern)
    {
        (_file, _key, _pattern) = (file, key, pattern);
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
    /// <exception cref="ModelFormatException">The pattern took longer than a second.</exception>
    public bool Matches(string name)
    {
        try
        {
            return _regex.IsMatch(name);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw Error($"that takes longer than {MostTime.TotalSeconds} s for \"{ModelFormatException.Shown(name)}\"", e);
        }
    }

    private ModelFormatException Error(string problem, Exception inner) =>
        new(_file, _key, $"the pattern \"{ModelFormatException.Shown(_pattern)}\" {problem}", "a regular expression", inner);
}
