using System.Diagnostics;
using System.Text;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>What a finished <c>engine</c> process left behind.</summary>
internal sealed record EngineResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that the command failed with this code and said so in one line on stderr, and in none on stdout.</summary>
    public string AssertFailure(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}, found {ExitCode}\nstdout: {Output}\nstderr: {Error}");
        Assert.Equal("", Output);
        string line = Assert.Single(Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("engine: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        return line;
    }

    /// <summary>Asserts that the command succeeded without a word on stderr, and returns what it wrote.</summary>
    public string AssertSuccess()
    {
        Assert.True(ExitCode == 0, $"expected success, found exit code {ExitCode}\nstdout: {Output}\nstderr: {Error}");
        Assert.Equal("", Error);
        return Output;
    }
}

/// <summary>Starts the built <c>engine</c> as a person or a script would, in a process of its own.</summary>
internal static class EngineProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Runs <c>engine</c> with these arguments and an empty standard input.</summary>
    public static EngineResult Run(params string[] arguments) => RunWithInput("", arguments);

    /// <summary>Runs <c>engine</c> with these arguments and <paramref name="input"/> as its standard input.</summary>
    public static EngineResult RunWithInput(string input, params string[] arguments) => Run(Describe(arguments), input);

    /// <summary>Runs <c>engine</c> with an environment variable set.</summary>
    public static EngineResult RunWithVariable(string name, string value, params string[] arguments)
    {
        var start = Describe(arguments);
        start.Environment[name] = value;
        return Run(start, "");
    }

    /// <summary>Runs <c>engine</c> with <paramref name="redirections"/> of a POSIX shell, such as <c>&lt;&amp;-</c>.</summary>
    public static EngineResult RunRedirected(string redirections, params string[] arguments) =>
        RunInShell($"exec \"$@\" {redirections}", arguments);

    /// <summary>Runs <c>engine</c> where no file may become larger, as on a disk that is full.</summary>
    public static EngineResult RunOnSmallDisk(int bytes, params string[] arguments)
    {
        const int unit = 512;
        // The signal that goes with it would end the process; and the runtime has a large file in memory for its own code.
        return RunInShell($"trap '' XFSZ; ulimit -f {bytes / unit}; DOTNET_EnableWriteXorExecute=0 exec \"$@\"", arguments);
    }

    private static EngineResult RunInShell(string script, string[] arguments)
    {
        var start = Describe(arguments);
        string[] command = ["-c", script, "sh", start.FileName, .. start.ArgumentList];
        start.FileName = "/bin/sh";
        start.ArgumentList.Clear();
        foreach (string argument in command) start.ArgumentList.Add(argument);
        return Run(start, "");
    }

    /// <summary>Starts <c>engine</c> and leaves its streams to the test.</summary>
    public static Process Start(params string[] arguments) => Process.Start(Describe(arguments))!;

    /// <summary>Waits for the end of <paramref name="process"/>; a process that hangs is killed and fails the test.</summary>
    public static void Finish(Process process, params string[] arguments)
    {
        if (process.WaitForExit(Limit))
        {
            process.WaitForExit();
            return;
        }
        process.Kill(entireProcessTree: true);
        Assert.Fail($"engine {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds} seconds.");
    }

    private static EngineResult Run(ProcessStartInfo start, string input)
    {
        string[] arguments = [.. start.ArgumentList];
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        WriteInput(process, input);
        Finish(process, arguments);
        return new EngineResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static ProcessStartInfo Describe(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
            StandardErrorEncoding = Utf8,
        };
        start.Environment["ENGINE_DEBUG"] = "";
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "engine.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    private static void WriteInput(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process ended without reading its input; its exit code tells why.
        }
    }
}
