using System.Diagnostics;

namespace Engine.Gates;

/// <summary>What git tracks.</summary>
internal static class TrackedFiles
{
    /// <summary>Paths relative to <paramref name="root"/>, with forward slashes.</summary>
    internal static IReadOnlyList<string> List(string root)
    {
        var start = new ProcessStartInfo("git", ["-C", root, "ls-files", "-z"]) { RedirectStandardOutput = true };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0) throw new InvalidOperationException($"git ls-files failed with exit code {git.ExitCode} in {root}");
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(root, file)))];
    }
}
