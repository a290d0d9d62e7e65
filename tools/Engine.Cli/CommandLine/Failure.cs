using Engine.Cli.Output;

namespace Engine.Cli.CommandLine;

/// <summary>Turns whatever ends a command into one clear line on stderr and an exit code.</summary>
internal static class Failure
{
    /// <summary>Stack traces are for people who work on Engine: ENGINE_DEBUG=1 shows them.</summary>
    private static readonly bool Debug = Environment.GetEnvironmentVariable("ENGINE_DEBUG") is { Length: > 0 } value && value != "0";

    /// <summary>Writes the line that <paramref name="exception"/> deserves and returns the exit code that goes with it.</summary>
    public static int Report(Exception exception, Terminal terminal)
    {
        switch (exception)
        {
            case OutputClosedException:
                return ExitCode.Success;
            case OperationCanceledException:
                return ExitCode.Interrupted;
            case AggregateException { InnerExceptions: [var only] } when !Debug:
                return Report(only, terminal);
            case OutOfMemoryException:
                WriteLine(terminal, "not enough memory: try a smaller context (-c) or a smaller model", exception);
                return ExitCode.Failure;
            default:
                WriteLine(terminal, Reason(exception), exception);
                return exception is UsageException ? ExitCode.Usage : ExitCode.Failure;
        }
    }

    /// <summary>What <paramref name="exception"/> says, without the parameter and its value that .NET appends.</summary>
    public static string Reason(Exception exception)
    {
        string message = exception.Message;
        if (exception is not ArgumentException { ParamName: { } name }) return message;
        string suffix = $" (Parameter '{name}')";
        int start = message.IndexOf(suffix, StringComparison.Ordinal);
        return start < 0 ? message : message[..start];
    }

    /// <summary>Writes a usage error and points to the help of the command that was meant.</summary>
    public static int ReportUsage(string message, string command, Terminal terminal)
    {
        WriteLine(terminal, $"{message.TrimEnd('.')} (see '{command} --help')", null);
        return ExitCode.Usage;
    }

    private static void WriteLine(Terminal terminal, string message, Exception? exception)
    {
        terminal.Error.WriteLine("engine: " + Plain.OneLine(message));
        if (Debug && exception is not null) terminal.Error.WriteLine(exception);
    }
}
