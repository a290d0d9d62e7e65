using System.Text;

namespace Engine.Cli.Output;

/// <summary>Text of unknown origin (names in files, messages) made safe for a terminal.</summary>
internal static class Plain
{
    /// <summary>
    /// <paramref name="text"/> as one line: line ends become spaces, other control characters, which could move the cursor or change
    /// colours, become \u escapes.
    /// </summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f')) return text;
        var line = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is '\r') continue;
            if (c is '\n' or '\t') line.Append(' ');
            else if (char.IsControl(c)) line.Append($"\\u{(int)c:x4}");
            else line.Append(c);
        }
        return line.ToString();
    }

    /// <summary>At most <paramref name="limit"/> characters of <paramref name="text"/>, on one line, with the cut marked.</summary>
    public static string Short(string text, int limit)
    {
        string line = OneLine(text.Length > limit * 2 ? text[..(limit * 2)] : text);
        return line.Length <= limit ? line : line[..(limit - 1)] + "…";
    }
}
