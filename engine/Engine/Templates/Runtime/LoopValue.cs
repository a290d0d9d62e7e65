namespace Engine.Templates;

/// <summary>
/// The special variable <c>loop</c>. It draws items only as they are needed, since a filter on sequences may be lazy and its outcome
/// depend on what the loop's body does.
/// </summary>
internal sealed class LoopValue(IEnumerable<Value> items, int? knownLength, ForStatement statement, Scope scope, int depth) : Value
{
    private IEnumerator<Value> _items = items.GetEnumerator();
    private int? _length = knownLength;
    private Value? _ahead;
    private Value? _before;
    private Value? _current;

    public override string TypeName => "LoopContext";

    public ForStatement Statement { get; } = statement;

    /// <summary>The scope that the loop stands in.</summary>
    public Scope Scope { get; } = scope;

    /// <summary>Recursive loops around this one.</summary>
    public int Depth { get; } = depth;

    public int Index0 { get; private set; } = -1;

    public Value Current => _current!;

    public Value? Previous => Index0 == 0 ? null : _before;

    /// <summary>The values given to <c>changed</c> last.</summary>
    public Value? LastChanged { get; set; }

    public int Length
    {
        get
        {
            if (_length is { } known) return known;
            var rest = new List<Value>();
            while (_items.MoveNext()) rest.Add(_items.Current);
            _items = rest.GetEnumerator();
            _length = rest.Count + Index0 + 1 + (_ahead is null ? 0 : 1);
            return _length.Value;
        }
    }

    public bool MoveNext()
    {
        if (Peek() is not { } next) return false;
        _ahead = null;
        Index0++;
        _before = _current;
        _current = next;
        return true;
    }

    /// <summary>The next item, or null at the end.</summary>
    public Value? Peek() => _ahead ??= _items.MoveNext() ? _items.Current : null;
}
