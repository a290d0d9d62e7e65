using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Engine.Formats.Sources;

/// <summary>
/// A file on disk. Reads go through the file handle even where the file is mapped as well: a read past the end of a file that was
/// truncated meanwhile is then an exception, where touching the mapping would end the process.
/// </summary>
internal sealed unsafe class FileSource : ByteSource
{
    private readonly SafeFileHandle _handle;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _address;

    private FileSource(string path, SafeFileHandle handle, long length, bool mapped) : base(path, length)
    {
        _handle = handle;
        if (!mapped || length == 0) return;
        _map = MemoryMappedFile.CreateFromFile(
            handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _address);
        _address += _view.PointerOffset;
    }

    public override nint Address => _handle.IsClosed ? 0 : (nint)_address;

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">Path of an existing file.</param>
    /// <param name="mapped">Whether to map it into memory too.</param>
    /// <param name="expected">What kind of file it should be, for the message.</param>
    /// <exception cref="ModelFormatException">It is missing, a folder, not seekable, or may not be read.</exception>
    public static FileSource Open(string path, bool mapped, string expected)
    {
        if (Directory.Exists(path)) throw new ModelFormatException(path, null, "a folder", expected);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.None);
            return new FileSource(path, handle, RandomAccess.GetLength(handle), mapped);
        }
        catch (Exception e) when (Reason(e) is { } reason)
        {
            handle?.Dispose();
            throw new ModelFormatException(path, null, reason, expected, e);
        }
    }

    public override void Dispose()
    {
        if (_handle.IsClosed) return;
        if (_address is not null) _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _map?.Dispose();
        _handle.Dispose();
    }

    protected override int ReadSome(long offset, Span<byte> destination) => RandomAccess.Read(_handle, destination, offset);

    private static string? Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "a file that may not be read",
        NotSupportedException => "a pipe or device",
        ArgumentException => "no valid path",
        IOException => $"an error on opening it ({e.Message})",
        _ => null,
    };
}
