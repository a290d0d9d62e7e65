namespace Engine.Gates;

/// <summary>Source files stay small enough to be read at once; the repository stays small enough to be cloned.</summary>
internal static class SizeGate
{
    private const int LongLines = 400;
    private const int TooManyLines = 600;
    private const long TooManyBytes = 10_000_000;

    // The default model, committed once.
    private const string ModelFolder = "tools/Engine.Cli/model/";

    internal static bool Check(string root, IReadOnlyList<string> files, TextWriter report)
    {
        bool passed = true;
        int longFiles = 0;
        foreach (string file in files)
        {
            string path = Path.Combine(root, file);
            long bytes = new FileInfo(path).Length;
            if (bytes > TooManyBytes && !file.StartsWith(ModelFolder, StringComparison.Ordinal))
            {
                report.WriteLine($"size: {file} has {bytes:N0} bytes, the limit is {TooManyBytes:N0}");
                passed = false;
            }
            if (!file.EndsWith(".cs", StringComparison.Ordinal)) continue;
            int lines = File.ReadLines(path).Count();
            if (lines <= LongLines) continue;
            longFiles++;
            report.WriteLine($"size: {file} has {lines} lines{(lines > TooManyLines ? $", the limit is {TooManyLines}" : "")}");
            passed &= lines <= TooManyLines;
        }
        report.WriteLine($"size: {files.Count} files, {longFiles} of them source files over {LongLines} lines");
        return passed;
    }
}
