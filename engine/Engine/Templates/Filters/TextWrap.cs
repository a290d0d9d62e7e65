using System.Text.RegularExpressions;

namespace Engine.Templates;

/// <summary>Wraps a line as Python's <c>textwrap.wrap</c> does, white space kept as it is.</summary>
internal sealed partial class TextWrap(int width, bool breakLongWords, bool breakOnHyphens)
{
    public List<string> Wrap(string line)
    {
        Regex splitter = breakOnHyphens ? Words() : Spaces();
        List<string> chunks = [.. splitter.Split(line).Where(chunk => chunk.Length > 0)];
        chunks.Reverse();
        var lines = new List<string>();
        while (chunks.Count > 0)
        {
            List<string> current = TakeLine(chunks, dropSpace: lines.Count > 0);
            if (current.Count > 0 && IsBlank(current[^1])) current.RemoveAt(current.Count - 1);
            if (current.Count > 0) lines.Add(string.Concat(current));
        }
        return lines;
    }

    private static bool IsBlank(string chunk) => chunk.All(PythonText.IsSpace);

    private List<string> TakeLine(List<string> chunks, bool dropSpace)
    {
        var current = new List<string>();
        int length = 0;
        if (dropSpace && IsBlank(chunks[^1])) chunks.RemoveAt(chunks.Count - 1);
        while (chunks.Count > 0 && length + PythonText.Length(chunks[^1]) <= width)
        {
            length += PythonText.Length(chunks[^1]);
            current.Add(chunks[^1]);
            chunks.RemoveAt(chunks.Count - 1);
        }
        if (chunks.Count > 0 && PythonText.Length(chunks[^1]) > width) BreakWord(chunks, current, width - length);
        return current;
    }

    private void BreakWord(List<string> chunks, List<string> current, int room)
    {
        string chunk = chunks[^1];
        if (!breakLongWords)
        {
            if (current.Count > 0) return;
            current.Add(chunk);
            chunks.RemoveAt(chunks.Count - 1);
            return;
        }
        int end = PythonText.Offset(new StringValue(chunk), room);
        if (breakOnHyphens)
        {
            int hyphen = end > 0 ? chunk.LastIndexOf('-', end - 1) : -1;
            if (hyphen > 0 && chunk.AsSpan(0, hyphen).ContainsAnyExcept('-')) end = hyphen + 1;
        }
        current.Add(chunk[..end]);
        chunks[^1] = chunk[end..];
    }

    [GeneratedRegex(@"([\t\n\v\f\r ]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();

    /// <summary>White space, a dash between words, or a word up to white space, a dash or a hyphen between letters.</summary>
    [GeneratedRegex(
        """
        ([\t\n\v\f\r\ ]+
        |(?<=[\w!"'&.,?])-{2,}(?=\w)
        |[^\t\n\v\f\r\ ]+?(?:
            -(?:(?<=[^\d\W]{2}-)|(?<=[^\d\W]-[\w!"'&.,?]-))(?=[^\d\W]-?[^\d\W])
            |(?=[\t\n\v\f\r\ ]|\z)
            |(?<=[\w!"'&.,?])(?=-{2,}\w)))
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Words();
}
