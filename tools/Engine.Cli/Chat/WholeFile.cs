namespace Engine.Cli.Chat;

/// <summary>Replaces a file in one step, so that a full disk or a power cut leaves the old one or the new one and never half of it.</summary>
internal static class WholeFile
{
    private const string UnixDevices = "/dev/";

    /// <summary>Writes a temporary file beside <paramref name="path"/>, has it on the disk, then gives it the name.</summary>
    /// <exception cref="IOException">The disk is full, or the path cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (Directory.Exists(target)) throw new IOException("it is a directory");
        if (!OperatingSystem.IsWindows() && target.StartsWith(UnixDevices, StringComparison.Ordinal))
        {
            // A device cannot be replaced by a file.
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
