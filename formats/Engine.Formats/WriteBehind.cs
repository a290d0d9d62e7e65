namespace Engine.Formats;

/// <summary>
/// Writes to a stream while its user already makes the bytes that follow: what fills the one buffer is made while the other one is
/// written. A failure shows at the next call.
/// </summary>
/// <param name="stream">Where to; used by nobody else until <see cref="Finish"/>.</param>
/// <param name="size">Bytes of a buffer.</param>
internal sealed class WriteBehind(Stream stream, int size) : IDisposable
{
    private byte[] _filled = new byte[size];
    private byte[] _written = new byte[size];
    private Task _writing = Task.CompletedTask;

    /// <summary>The buffer that may be filled now, for <see cref="Write"/>.</summary>
    public Span<byte> Buffer => _filled;

    /// <summary>Begins to write the first bytes of the buffer, once the ones before are written.</summary>
    /// <exception cref="IOException">The bytes before could not be written.</exception>
    public void Write(int count)
    {
        Finish();
        (_filled, _written) = (_written, _filled);
        byte[] bytes = _written;
        _writing = Task.Run(() => stream.Write(bytes, 0, count));
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Finish() => _writing.GetAwaiter().GetResult();

    /// <summary>Waits until nothing is written any more, also after a failure: the stream may then be closed.</summary>
    public void Dispose() => Task.WaitAny(_writing);
}
