using System.Globalization;

namespace Engine.Cli.CommandLine;

/// <summary>
/// Whole numbers separated by commas or white space, optionally in brackets: what a person or a script pastes as token ids.
/// </summary>
internal static class NumberList
{
    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    /// <summary>The numbers of <paramref name="text"/>; null and an <paramref name="error"/> where one is none or too small.</summary>
    public static int[]? Parse(string text, int minimum, out string? error)
    {
        string inner = text.Trim();
        if (inner is ['[', .., ']']) inner = inner[1..^1];
        string[] parts = inner.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var values = new int[parts.Length];
        error = parts.Length == 0 ? "no numbers given" : null;
        for (int i = 0; i < parts.Length && error is null; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out values[i]))
                error = $"'{parts[i]}' is not a whole number";
            else if (values[i] < minimum)
                error = $"{parts[i]} is out of range, expected at least {minimum}";
        }
        return error is null ? values : null;
    }
}
