namespace Engine.Cli.Output;

/// <summary>Tells whether the process was given a standard input.</summary>
internal static class StandardInput
{
    private const string Descriptors = "/proc/self/fd";
    private const string Details = "/proc/self/fdinfo";
    private const int AccessMode = 3;

    /// <summary>
    /// True where whoever started the process closed descriptor 0. The runtime then opened a pipe of its own under that number, and
    /// reading from it would wait for ever. It is known by its writing end, which this process holds too. Linux only; false elsewhere.
    /// </summary>
    public static bool IsMissing => OperatingSystem.IsLinux() && LeadsToItself();

    private static bool LeadsToItself()
    {
        try
        {
            string? pipe = new FileInfo($"{Descriptors}/0").LinkTarget;
            if (pipe is null || !pipe.StartsWith("pipe:", StringComparison.Ordinal)) return false;
            return new DirectoryInfo(Descriptors).EnumerateFileSystemInfos()
                .Any(descriptor => descriptor.LinkTarget == pipe && IsWritable(descriptor.Name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsWritable(string descriptor)
    {
        const string flags = "flags:";
        string? line = File.ReadLines($"{Details}/{descriptor}").FirstOrDefault(line => line.StartsWith(flags, StringComparison.Ordinal));
        return line is not null && (Convert.ToInt32(line[flags.Length..].Trim(), 8) & AccessMode) != 0;
    }
}
