namespace Engine.Cli.CommandLine;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Done as asked.</summary>
    public const int Success = 0;

    /// <summary>The command was understood and failed: a bad file, a full disk, a prompt that does not fit.</summary>
    public const int Failure = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C: 128 + SIGINT, as shells report it.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM: 128 + its number.</summary>
    public const int Terminated = 143;
}
