using System.ComponentModel;
using System.Diagnostics;
using Engine.Cli.CommandLine;

namespace Engine.Cli.Benchmark.Against;

/// <summary>Another engine's llama-bench.</summary>
internal sealed class Peer
{
    private readonly string _path;
    private readonly string[] _extra;
    private readonly PeerDialect _dialect;

    private Peer(string path, string[] extra, PeerDialect dialect) => (_path, _extra, _dialect) = (path, extra, dialect);

    /// <summary>What tables call it, with the extra arguments that it gets.</summary>
    public string Name => string.Join(' ', [_dialect.Name, .. _extra]);

    /// <summary>Finds out which llama-bench a program is.</summary>
    /// <param name="path">The program.</param>
    /// <param name="extra">Arguments that it gets beside ours, separated by spaces.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">There is no such program, or it is no llama-bench.</exception>
    public static async Task<Peer> FindAsync(string path, string extra, CancellationToken cancellation)
    {
        ModelFiles.Check(path, "a llama-bench program");
        (_, string output, string error) = await StartAsync(path, ["--help"], cancellation);
        PeerDialect dialect = PeerDialect.Of(output + error)
            ?? throw new CommandException($"{path}: is no llama-bench: its --help does not tell of --n-prompt");
        return new Peer(path, extra.Split(' ', StringSplitOptions.RemoveEmptyEntries), dialect);
    }

    /// <summary>Measures; tests that the program does not have are missing in the result.</summary>
    /// <returns>Tokens per second of each test.</returns>
    /// <exception cref="CommandException">The program failed.</exception>
    public async Task<IReadOnlyDictionary<BenchTest, double>> RunAsync(PeerRequest request, CancellationToken cancellation)
    {
        (int code, string output, string error) = await StartAsync(_path, [.. _dialect.Arguments(request), .. _extra], cancellation);
        if (code != 0)
        {
            string reason = error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault("no message");
            throw new CommandException($"{_path}: failed with exit code {code}: {reason}");
        }
        try
        {
            return PeerRows.Read(output);
        }
        catch (CommandException e)
        {
            throw new CommandException($"{_path}: {e.Message}", e);
        }
    }

    private static async Task<(int Code, string Output, string Error)> StartAsync(
        string path, string[] arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path.GetFullPath(path), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new CommandException($"{path}: cannot be started: {e.Message}", e);
        }
        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                await process.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
            return (process.ExitCode, await output, await error);
        }
    }
}
