namespace Engine.Cli.CommandLine;

/// <summary>The command line asks for something that cannot be meant: one line for stderr, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
