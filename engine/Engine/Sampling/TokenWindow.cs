namespace Engine.Sampling;

/// <summary>The last tokens of a sequence, at most a given number of them.</summary>
internal sealed class TokenWindow
{
    private const int FirstRoom = 256;      // a window may be asked to hold millions: room grows with what it does hold

    private readonly int _limit;
    private int[] _tokens;
    private int _start;

    internal TokenWindow(int limit)
    {
        _limit = Math.Max(limit, 0);
        _tokens = new int[Math.Min(_limit, FirstRoom)];
    }

    /// <summary>Tokens held.</summary>
    internal int Count { get; private set; }

    /// <summary>A token by its distance from the end: 0 is the last.</summary>
    internal int FromEnd(int distance)
    {
        int index = _start + Count - 1 - distance;
        return _tokens[index >= _tokens.Length ? index - _tokens.Length : index];
    }

    /// <summary>Appends a token; true where it pushed the oldest one out.</summary>
    internal bool Add(int token, out int oldest)
    {
        oldest = -1;
        if (_limit == 0) return false;
        if (Count == _tokens.Length && Count < _limit) Grow();
        bool full = Count == _tokens.Length;
        if (full)
        {
            oldest = _tokens[_start];
            _tokens[_start] = token;
            _start = _start + 1 == _tokens.Length ? 0 : _start + 1;
            return true;
        }
        _tokens[Count++] = token;       // before the window is full it starts at 0
        return false;
    }

    /// <summary>Forgets all tokens.</summary>
    internal void Clear() => Count = _start = 0;

    private void Grow() => Array.Resize(ref _tokens, (int)Math.Min(_limit, 2L * _tokens.Length));
}
