using System.CommandLine;

namespace Engine.Cli.CommandLine;

/// <summary>Files that a command writes.</summary>
internal static class OutputFiles
{
    /// <summary>--force.</summary>
    public static Option<bool> ForceOption() => OptionFactory.Flag("--force", "Replace an existing output file");

    /// <summary>
    /// Refuses, before any work is done, a path that cannot become a file or that is one already, unless it may be replaced. Inputs are
    /// never replaced.
    /// </summary>
    public static void Check(string path, bool force, params IEnumerable<string> inputs)
    {
        if (path.Length == 0) throw new UsageException("the output's path is empty");
        if (Directory.Exists(path)) throw new CommandException($"{path}: is a directory, expected a file to write");
        string full = Path.GetFullPath(path);
        foreach (string input in inputs)
        {
            if (string.Equals(Path.GetFullPath(input), full, StringComparison.Ordinal))
                throw new CommandException($"{path}: is the input, too; give the output another name");
        }
        if (!force && File.Exists(path)) throw new CommandException($"{path}: exists already; --force replaces it");
        string folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder)) throw new CommandException($"{folder}: no such folder for {Path.GetFileName(full)}");
    }
}
