using System.Numerics;

namespace Engine.Tokenization;

/// <summary>
/// A set of byte strings with a number each, walked byte by byte. Nodes are numbers, 0 is the root; the edges lie in one hash table.
/// </summary>
internal sealed class ByteTrie
{
    private const int Root = 0;
    private const int MaxNodes = 1 << 24;  // an edge's key is node and byte in 32 bits

    private readonly int[] _rootChildren = new int[256];
    private uint[] _keys = new uint[256];
    private int[] _children = new int[256];  // 0 where the slot is empty: the root is nobody's child
    private int[] _values = [-1];
    private int _edges;

    /// <summary>Number of nodes, the root included.</summary>
    public int Nodes { get; private set; } = 1;

    /// <summary>The node behind an edge, or -1.</summary>
    public int GetChild(int node, byte edge)
    {
        if (node == Root) return _rootChildren[edge] - 1;
        uint key = Key(node, edge);
        int mask = _keys.Length - 1;
        for (int i = Slot(key, mask); ; i = (i + 1) & mask)
        {
            if (_children[i] == 0) return -1;
            if (_keys[i] == key) return _children[i];
        }
    }

    /// <summary>The number of the string that ends at a node, or -1.</summary>
    public int GetValue(int node) => _values[node];

    /// <summary>Adds a string of at least one byte.</summary>
    public void Add(ReadOnlySpan<byte> text, int value)
    {
        int node = Root;
        foreach (byte edge in text)
        {
            int child = GetChild(node, edge);
            node = child > 0 ? child : AddChild(node, edge);
        }
        _values[node] = value;
    }

    /// <summary>The longest string of the set at the start of the text: its number and length, or -1 and 0.</summary>
    public (int Value, int Length) FindLongest(ReadOnlySpan<byte> text)
    {
        (int Value, int Length) found = (-1, 0);
        int node = Root;
        for (int i = 0; i < text.Length; i++)
        {
            node = GetChild(node, text[i]);
            if (node < 0) break;
            if (_values[node] >= 0) found = (_values[node], i + 1);
        }
        return found;
    }

    /// <summary>How many bytes of the text can be walked, whether or not a string ends there.</summary>
    public int WalkLength(ReadOnlySpan<byte> text)
    {
        int node = Root;
        for (int i = 0; i < text.Length; i++)
        {
            node = GetChild(node, text[i]);
            if (node < 0) return i;
        }
        return text.Length;
    }

    private static uint Key(int node, byte edge) => ((uint)node << 8) | edge;

    private static int Slot(uint key, int mask) => (int)((key * 0x9E3779B1u) >> 7) & mask;

    private int AddChild(int node, byte edge)
    {
        if (Nodes == MaxNodes) throw new InvalidOperationException($"A trie has at most {MaxNodes} nodes.");
        int child = Nodes++;
        if (child == _values.Length) Array.Resize(ref _values, 2 * child);
        _values[child] = -1;
        if (node == Root)
        {
            _rootChildren[edge] = child + 1;
            return child;
        }
        if (2 * ++_edges > _keys.Length) Grow();
        Insert(Key(node, edge), child);
        return child;
    }

    private void Grow()
    {
        (uint[] keys, int[] children) = (_keys, _children);
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)keys.Length + 1);
        _keys = new uint[size];
        _children = new int[size];
        for (int i = 0; i < keys.Length; i++)
        {
            if (children[i] != 0) Insert(keys[i], children[i]);
        }
    }

    private void Insert(uint key, int child)
    {
        int mask = _keys.Length - 1;
        int i = Slot(key, mask);
        while (_children[i] != 0) i = (i + 1) & mask;
        _keys[i] = key;
        _children[i] = child;
    }
}
