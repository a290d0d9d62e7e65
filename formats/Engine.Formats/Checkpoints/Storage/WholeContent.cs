namespace Engine.Formats.Checkpoints.Storage;

/// <summary>
/// The content of a tensor in which the elements of one row lie far apart, so that rows cannot be read one by one: read whole when it is
/// first asked for and kept as long as the garbage collector leaves it. Safe to use from many threads.
/// </summary>
/// <param name="read">Reads it.</param>
internal sealed class WholeContent<T>(Func<T[]> read)
{
    private readonly WeakReference<T[]?> _content = new(null);

    public T[] Get()
    {
        lock (_content)
        {
            if (_content.TryGetTarget(out T[]? content)) return content;
            content = read();
            _content.SetTarget(content);
            return content;
        }
    }
}
