namespace Engine.Tokenization;

/// <summary>Keeps one object of scratch memory for the next call; calls at the same time make their own.</summary>
internal struct Spare<T> where T : class, new()
{
    private T? _object;

    public T Take() => Interlocked.Exchange(ref _object, null) ?? new T();

    public void Return(T item) => Volatile.Write(ref _object, item);
}
