using System.Text.RegularExpressions;

namespace Engine.Gates;

/// <summary>
/// The share of code lines inside any run of six lines that recurs, after numbers, quant names and vector widths are made alike: the
/// measure that shows whether number formats times instruction sets multiply.
/// </summary>
internal static partial class CloneGate
{
    private const int Window = 6;

    private const double Limit = 0.15;

    private static readonly string[] Folders = ["kernels/", "formats/", "engine/", "tools/"];

    internal static bool Check(string root, IReadOnlyList<string> files, TextWriter report)
    {
        bool passed = true;
        foreach (string folder in Folders)
        {
            List<string[]> sources =
            [
                .. files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
                    .Select(file => File.ReadLines(Path.Combine(root, file)).Select(Normalise).Where(line => line.Length > 0).ToArray()),
            ];
            (int clones, int lines) = Count(sources);
            double share = lines == 0 ? 0 : (double)clones / lines;
            report.WriteLine($"clones: {folder} {clones} of {lines} code lines, {share:P0}; the limit is {Limit:P0}");
            passed &= share <= Limit;
        }
        return passed;
    }

    private static (int Clones, int Lines) Count(List<string[]> sources)
    {
        var places = new Dictionary<string, List<(int Source, int Line)>>();
        for (int source = 0; source < sources.Count; source++)
        {
            string[] lines = sources[source];
            for (int line = 0; line + Window <= lines.Length; line++)
            {
                string key = string.Join('\n', lines, line, Window);
                if (!places.TryGetValue(key, out List<(int, int)>? list)) places[key] = list = [];
                list.Add((source, line));
            }
        }
        var cloned = new HashSet<(int, int)>();
        foreach (List<(int Source, int Line)> list in places.Values.Where(list => list.Count > 1))
        {
            foreach ((int source, int line) in list)
            {
                for (int i = 0; i < Window; i++) cloned.Add((source, line + i));
            }
        }
        return (cloned.Count, sources.Sum(lines => lines.Length));
    }

    /// <summary>The line without comment, white space and what makes copies differ; empty where it is no code of its own.</summary>
    private static string Normalise(string line)
    {
        string code = Comment().Replace(line, "").Trim();
        if (code is "{" or "}" or "};" or ")" or ");" || code.StartsWith("using ", StringComparison.Ordinal)) return "";
        code = QuantName().Replace(code, "Q");
        code = Number().Replace(code, "N");
        code = Width().Replace(code, "W");
        return WhiteSpace().Replace(code, "");
    }

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"I?Q\d+_?(K|0|1|XXS|XS|S|M|NL)?", RegexOptions.IgnoreCase)]
    private static partial Regex QuantName();

    [GeneratedRegex(@"\b\d+(\.\d+)?[fuUL]*\b")]
    private static partial Regex Number();

    [GeneratedRegex("128|256|512")]
    private static partial Regex Width();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
