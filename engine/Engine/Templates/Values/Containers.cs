namespace Engine.Templates;

internal sealed class ListValue(List<Value> items) : Value
{
    public List<Value> Items { get; } = items;

    public override string TypeName => "list";

    public override bool IsTrue => Items.Count > 0;
}

/// <summary>A tuple; the names are those of a named tuple's fields, as <c>groupby</c> makes them.</summary>
internal sealed class TupleValue(Value[] items, string[]? fields = null) : Value
{
    public Value[] Items { get; } = items;

    public string[]? Fields { get; } = fields;

    public override string TypeName => Fields is null ? "tuple" : "_GroupTuple";

    public override bool IsTrue => Items.Length > 0;
}

/// <summary>A dictionary in the order of insertion. Keys are equal as in Python: 1, 1.0 and True are one key.</summary>
internal sealed class DictValue : Value
{
    private readonly Dictionary<Value, int> _index = new(KeyComparer.Instance);
    private readonly List<KeyValuePair<Value, Value>> _entries = [];

    public override string TypeName => "dict";

    public override bool IsTrue => _entries.Count > 0;

    public IReadOnlyList<KeyValuePair<Value, Value>> Entries => _entries;

    /// <exception cref="Failure">The key is not hashable.</exception>
    public void Set(Value key, Value value)
    {
        KeyComparer.RequireHashable(key);
        if (_index.TryGetValue(key, out int position))
        {
            _entries[position] = new(_entries[position].Key, value);
            return;
        }
        _index.Add(key, _entries.Count);
        _entries.Add(new(key, value));
    }

    public void Set(string key, Value value) => Set(new StringValue(key), value);

    /// <exception cref="Failure">The key is not hashable.</exception>
    public bool TryGet(Value key, out Value value)
    {
        KeyComparer.RequireHashable(key);
        bool found = _index.TryGetValue(key, out int position);
        value = found ? _entries[position].Value : NoneValue.Instance;
        return found;
    }

    public DictValue Copy()
    {
        var copy = new DictValue();
        foreach ((Value key, Value value) in _entries) copy.Set(key, value);
        return copy;
    }
}

internal enum DictViewKind
{
    Keys,
    Values,
    Items,
}

/// <summary>What <c>keys()</c>, <c>values()</c> and <c>items()</c> return.</summary>
internal sealed class DictViewValue(DictValue dict, DictViewKind kind) : Value
{
    public DictValue Dict { get; } = dict;

    public DictViewKind Kind { get; } = kind;

    public override string TypeName => Kind switch
    {
        DictViewKind.Keys => "dict_keys",
        DictViewKind.Values => "dict_values",
        _ => "dict_items",
    };

    public override bool IsTrue => Dict.Entries.Count > 0;
}

/// <summary>An arithmetic sequence; the sandbox allows at most <see cref="MaxLength"/> items.</summary>
internal sealed class RangeValue(long start, long stop, long step, int length) : Value
{
    public const int MaxLength = 100_000;

    public long Start { get; } = start;

    public long Stop { get; } = stop;

    public long Step { get; } = step;

    public int Length { get; } = length;

    public override string TypeName => "range";

    public override bool IsTrue => Length > 0;

    public Value this[int index] => new IntegerValue(Start + (index * Step));
}

/// <summary>A lazy sequence that can be gone through once, as most filters on sequences return it.</summary>
internal sealed class GeneratorValue(IEnumerable<Value> items, string typeName = "generator") : Value
{
    public IEnumerator<Value> Items { get; } = items.GetEnumerator();

    public override string TypeName { get; } = typeName;
}

/// <summary>A <c>namespace</c>: attributes that a template may set, in loops too.</summary>
internal sealed class NamespaceValue(DictValue attributes) : Value
{
    public DictValue Attributes { get; } = attributes;

    public override string TypeName => "Namespace";

    /// <exception cref="Failure">The name begins with an underscore.</exception>
    public static void CheckName(string name)
    {
        if (name.StartsWith('_'))
        {
            throw new Failure($"Chat templates cannot store underscore-prefixed attributes on a namespace, but got '{name}'.");
        }
    }
}
