using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Engine.Cli.Commands;
using Engine.Cli.Output;

namespace Engine.Cli.CommandLine;

/// <summary>The <c>engine</c> command: parses, runs the subcommand, reports what went wrong.</summary>
internal static class Application
{
    private static readonly string[] Examples =
        ["engine run -p \"Why is the sky blue?\"", "engine chat model.gguf", "engine inspect model.gguf"];

    // "@file" in a prompt is text, and "-nt" is not "-n -t": no response files, no bundles.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs the command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var terminal = new Terminal();
        using var interrupts = new Interrupts();
        try
        {
            int code = await RunAsync(args, new Surroundings(terminal, interrupts)).ConfigureAwait(false);
            terminal.Output.Flush();
            return code == ExitCode.Interrupted ? interrupts.Code : code;
        }
        catch (Exception exception)
        {
            FlushQuietly(terminal);
            int code = Failure.Report(exception, terminal);
            return code == ExitCode.Interrupted ? interrupts.Code : code;
        }
    }

    private static Task<int> RunAsync(string[] args, Surroundings surroundings)
    {
        var root = Build(surroundings);
        var parsed = root.Parse(args, Parsing);
        if (parsed.Action is ParseErrorAction)
            return Task.FromResult(Failure.ReportUsage(parsed.Errors[0].Message, CommandPath(parsed), surroundings.Terminal));
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = surroundings.Terminal.Output,
            Error = surroundings.Terminal.Error,
        };
        return parsed.InvokeAsync(configuration, surroundings.Interrupts.Token);
    }

    private static RootCommand Build(Surroundings surroundings)
    {
        var root = new RootCommand("Runs, chats with, inspects and measures language models in GGUF files or folders of Hugging Face.");
        root.Directives.Clear();
        foreach (var command in EngineCommands.All(surroundings)) root.Add(command);
        foreach (var option in root.Options)
        {
            if (option is not HelpOption { Action: HelpAction help }) continue;
            option.Action = new HelpWithExamples(help, Examples, asked: true);
            root.Action = new HelpWithExamples(help, Examples, asked: false);
        }
        return root;
    }

    private static string CommandPath(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "engine" : "engine " + parsed.CommandResult.Command.Name;

    /// <summary>What was answered before the failure is still shown; a second failure while doing so adds nothing.</summary>
    private static void FlushQuietly(Terminal terminal)
    {
        try
        {
            terminal.Output.Flush();
        }
        catch (Exception e) when (e is CommandException or OutputClosedException)
        {
        }
    }
}
