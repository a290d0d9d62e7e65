using Engine.Cli.CommandLine;
using Microsoft.Win32.SafeHandles;

namespace Engine.Cli.Output;

/// <summary>
/// Standard output as a stream that notices when its reader has gone. On Unix the console's own stream drops what it writes into a
/// closed pipe without a word, so a model would go on answering nobody.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int BrokenPipeOnUnix = 32;
    private const int BrokenPipeOnWindows = unchecked((int)0x8007006D);
    private const int PipeClosingOnWindows = unchecked((int)0x800700E8);
    private readonly Stream _inner;

    private StandardOutput(Stream inner) => _inner = inner;

    /// <summary>The stream to file descriptor 1.</summary>
    public static StandardOutput Open() => new(OpenPipe() ?? Console.OpenStandardOutput());

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => _inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _inner.Write(buffer);
        }
        catch (IOException e) when (e.HResult is BrokenPipeOnUnix or BrokenPipeOnWindows or PipeClosingOnWindows)
        {
            throw new OutputClosedException(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"standard output cannot be written: {e.Message}", e);
        }
    }

    /// <summary>A pipe or socket can be written as a file; a seekable file cannot, its position is shared with stderr (2>&amp;1).</summary>
    private static FileStream? OpenPipe()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected) return null;
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? null : stream;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
