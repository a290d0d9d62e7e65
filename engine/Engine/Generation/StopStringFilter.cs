namespace Engine.Generation;

/// <summary>
/// Holds back text that may be the beginning of a stop string, and ends at the first that completes. A buffer of held text no longer than
/// the longest stop string; nothing is allocated once it has grown.
/// </summary>
internal sealed class StopStringFilter
{
    private readonly string[] _stops;
    private char[] _text = new char[64];
    private int _length;        // text in the buffer
    private int _ready;         // how much of it may be handed out

    internal StopStringFilter(IEnumerable<string> stops) => _stops = stops.ToArray();

    /// <summary>Text that may be handed out: what no stop string can reach any more.</summary>
    internal ReadOnlySpan<char> Ready => _text.AsSpan(0, _ready);

    /// <summary>Whether a stop string has come. The text before it is ready, the rest is gone.</summary>
    internal bool Stopped { get; private set; }

    /// <summary>Forgets the text that was ready and takes more.</summary>
    internal void Append(ReadOnlySpan<char> text)
    {
        int held = _length - _ready;
        _text.AsSpan(_ready, held).CopyTo(_text);
        if (held + text.Length > _text.Length) Array.Resize(ref _text, 2 * (held + text.Length));
        text.CopyTo(_text.AsSpan(held));
        _length = held + text.Length;
        _ready = 0;
        if (Stopped) _length = 0;
        else if (_stops.Length == 0) _ready = _length;
        else Search();
    }

    /// <summary>Ends the text: what was held back is ready too.</summary>
    internal void Flush() => _ready = _length;

    /// <summary>The earliest stop string wins, whichever it is: nothing behind its first character may be handed out.</summary>
    private void Search()
    {
        ReadOnlySpan<char> text = _text.AsSpan(0, _length);
        int stop = -1, open = text.Length;
        foreach (string candidate in _stops)
        {
            int found = text.IndexOf(candidate, StringComparison.Ordinal);
            if (found >= 0 && (stop < 0 || found < stop)) stop = found;
            open = Math.Min(open, OpenBeginning(text, candidate));
        }
        if (stop < 0)
        {
            _ready = open;
            return;
        }
        Stopped = true;
        _ready = _length = stop;
    }

    /// <summary>Where the longest tail of the text starts that begins the stop string; the text's length without one.</summary>
    private static int OpenBeginning(ReadOnlySpan<char> text, string stop)
    {
        for (int start = Math.Max(0, text.Length - stop.Length + 1); start < text.Length; start++)
            if (stop.AsSpan().StartsWith(text[start..], StringComparison.Ordinal)) return start;
        return text.Length;
    }
}
