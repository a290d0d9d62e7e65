using System.Diagnostics;

namespace Engine.Bench;

/// <summary>
/// Machine code of a method as the JIT makes it for the lab's entries: the lab runs again in a process whose JIT writes it down, and the
/// last version of each instance is printed.
/// </summary>
internal static class Disassembly
{
    private const string Listing = "; Assembly listing for method ";
    private const string MethodVariable = "DOTNET_JitDisasm", FileVariable = "DOTNET_JitStdOutFile";

    /// <summary>Whether this is that process.</summary>
    public static bool IsOn => Environment.GetEnvironmentVariable(MethodVariable) is { Length: > 0 };

    /// <summary>Runs the lab with the same arguments and prints the code.</summary>
    /// <param name="method">Name or pattern, as DOTNET_JitDisasm takes it.</param>
    /// <param name="arguments">The lab's arguments.</param>
    /// <returns>The process's exit code; 1 where no method was compiled.</returns>
    public static int Run(string method, ReadOnlySpan<string> arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, ["lab", .. arguments]);
            start.Environment[MethodVariable] = method;
            start.Environment[FileVariable] = file;
            using Process process = Process.Start(start)!;
            process.WaitForExit();
            var versions = new Dictionary<string, string>();
            foreach (string code in File.ReadAllText(file).Split(Listing, StringSplitOptions.RemoveEmptyEntries))
                versions[code[..code.IndexOfAny(['\n', '\r'])].Split(" (")[0]] = Listing + code.TrimEnd();
            foreach (string code in versions.Values) Console.WriteLine(code + "\n");
            if (versions.Count > 0) return process.ExitCode;
            Console.Error.WriteLine($"lab: no method {method} was compiled; a name without its type, such as Multiply, finds all of them");
            return 1;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
