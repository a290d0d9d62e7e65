using System.Text.RegularExpressions;

namespace Engine.Gates;

/// <summary>A method's machine code as the JIT prints it.</summary>
/// <param name="Name">Class, method and type arguments.</param>
/// <param name="Lines">Labels and instructions.</param>
internal sealed partial record Disassembly(string Name, IReadOnlyList<string> Lines)
{
    private const string Start = "; Assembly listing for method ";

    /// <summary>Splits what DOTNET_JitStdOutFile wrote.</summary>
    internal static IEnumerable<Disassembly> Parse(IEnumerable<string> output)
    {
        string? name = null;
        List<string> lines = [];
        foreach (string line in output)
        {
            if (line.StartsWith(Start, StringComparison.Ordinal))
            {
                if (name is not null) yield return new Disassembly(name, lines);
                name = line[Start.Length..line.IndexOf('(', StringComparison.Ordinal)].Replace("Engine.Kernels.", "", StringComparison.Ordinal);
                lines = [];
            }
            else if (line.Length > 0 && line[0] != ';')
            {
                lines.Add(line);
            }
        }
        if (name is not null) yield return new Disassembly(name, lines);
    }

    /// <summary>The bodies of loops that have no other loop inside.</summary>
    internal IEnumerable<IReadOnlyList<string>> InnermostLoops()
    {
        var labels = new Dictionary<string, int>();
        var loops = new List<(int First, int Last)>();
        for (int i = 0; i < Lines.Count; i++)
        {
            if (Label().Match(Lines[i]) is { Success: true } label) labels[label.Groups[1].Value] = i;
            else if (Jump().Match(Lines[i]) is { Success: true } jump && labels.TryGetValue(jump.Groups[1].Value, out int first))
                loops.Add((first, i));
        }
        return loops
            .Where(loop => !loops.Exists(other => other != loop && other.First >= loop.First && other.Last <= loop.Last))
            .Select(loop => Lines.Take(loop.Last + 1).Skip(loop.First).ToArray());
    }

    [GeneratedRegex(@"^(G_M\d+_IG\d+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_M\d+_IG\d+)")]
    private static partial Regex Jump();
}
