namespace Engine.Formats;

/// <summary>
/// Writes a file so that its name never shows half of it: the content goes to a temporary file in the same folder and to the disk, and
/// only then takes the name. A process that is killed meanwhile leaves the old file, or none, and a temporary file beside it
/// (".*.tmp"). The folder's own entry is not forced to the disk: a power failure may bring the old file back, whole.
/// </summary>
public static class AtomicFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Writes a file, replacing one of the same name.</summary>
    /// <param name="path">The file's path; its folder exists.</param>
    /// <param name="write">Writes the content. If it throws, nothing is left behind and a file of that name stays as it was.</param>
    /// <param name="length">Bytes to reserve on the disk beforehand, so that a full disk is found out at once; 0 for unknown.</param>
    /// <exception cref="IOException">The disk is full or failed, <paramref name="path"/> is a folder, or its folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Write(string path, Action<Stream> write, long length = 0)
    {
        if (Directory.Exists(path)) throw new IOException($"{path} is a folder; a file cannot take its place.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}.");
        string temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferSize,
            PreallocationSize = length,
        };
        try
        {
            using (var stream = Create(temporary, options, folder))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(temporary);
            if (e is not IOException || !e.Message.Contains(temporary, StringComparison.Ordinal)) throw;
            // The temporary name means nothing to whoever reads the message.
            throw new IOException(e.Message.Replace(temporary, path, StringComparison.Ordinal), e) { HResult = e.HResult };
        }
    }

    private static FileStream Create(string temporary, FileStreamOptions options, string folder)
    {
        try
        {
            return new FileStream(temporary, options);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"The folder {folder} may not be written to.", e);
        }
    }
}
