using System.Globalization;
using System.IO.Enumeration;

namespace Engine.Bench;

/// <summary>The lab's command line: [THREADS] [TYPE...] [--list] [--filter GLOB] [--json FILE] [--markdown FILE] [--disasm METHOD].</summary>
internal sealed record LabOptions
{
    /// <summary>Threads of products and jobs; inner kernels always run on one.</summary>
    public int Threads { get; private init; } = 1;

    /// <summary>Patterns of names, * and ? allowed; none: everything.</summary>
    public IReadOnlyList<string> Filters { get; private init; } = [];

    /// <summary>Whether names are printed and nothing is measured.</summary>
    public bool List { get; private init; }

    /// <summary>A file for JSON.</summary>
    public string? Json { get; private init; }

    /// <summary>A file for a Markdown table.</summary>
    public string? Markdown { get; private init; }

    /// <summary>A method (or pattern) whose machine code is wanted.</summary>
    public string? Disassembled { get; private init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">One is not understood.</exception>
    public static LabOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new LabOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            options = argument switch
            {
                "--list" => options with { List = true },
                "--filter" => options with { Filters = [.. options.Filters, Next(arguments, ref i)] },
                "--json" => options with { Json = Next(arguments, ref i) },
                "--markdown" => options with { Markdown = Next(arguments, ref i) },
                "--disasm" => options with { Disassembled = Next(arguments, ref i) },
                _ when argument.StartsWith('-') => throw new ArgumentException($"lab: there is no option {argument}"),
                _ when int.TryParse(argument, CultureInfo.InvariantCulture, out int threads) => options with { Threads = threads },
                _ => options with { Filters = [.. options.Filters, $"*/{argument}"] },
            };
        }
        return options;
    }

    /// <summary>Whether an entry is asked for.</summary>
    public bool Includes(string name) => Filters.Count == 0 || Filters.Any(filter => FileSystemName.MatchesSimpleExpression(filter, name));

    private static string Next(ReadOnlySpan<string> arguments, ref int i) =>
        ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"lab: {arguments[i - 1]} needs a value");
}
