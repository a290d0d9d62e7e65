namespace Engine.Cli.CommandLine;

/// <summary>A command that was understood cannot be done: one line for stderr, exit code 1.</summary>
internal sealed class CommandException(string message, Exception? cause = null) : Exception(message, cause);
