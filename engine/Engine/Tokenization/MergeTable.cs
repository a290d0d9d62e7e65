using System.Numerics;
using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// The merges of a byte-pair vocabulary: two symbols to their rank and to the symbol that they become. Symbols are tokens, and behind
/// them the texts that merges mention but that are no tokens.
/// </summary>
internal sealed class MergeTable
{
    private const string Key = "tokenizer.ggml.merges";

    private readonly Vocabulary _vocabulary;
    private readonly TextTable _others = new(0, 0);
    private readonly Entry[] _entries;
    private readonly int _mask;

    private struct Entry
    {
        public ulong Pair;  // left + 1 in the upper half, right in the lower; 0 where empty
        public int Rank;
        public int Merged;
    }

    /// <summary>Makes an empty table with room for a number of merges, which <see cref="Add"/> gives it.</summary>
    public MergeTable(Vocabulary vocabulary, int merges)
    {
        _vocabulary = vocabulary;
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2L * merges));
        _mask = size - 1;
        _entries = new Entry[size];
    }

    /// <summary>Reads the merges of a file, first ones first.</summary>
    /// <exception cref="ModelFormatException">There is no such key, or a merge is not two texts with a space between.</exception>
    public static MergeTable Read(GgufMetadata metadata, string file, Vocabulary vocabulary)
    {
        GgufStrings merges = metadata.GetStringArray(Key);
        var table = new MergeTable(vocabulary, merges.Count);
        var joined = new byte[256];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            ReadOnlySpan<byte> merge = merges.GetBytes(rank);
            int space = merge.Length < 2 ? -1 : merge[1..].IndexOf((byte)' ') + 1;  // the first text may begin with a space
            if (space <= 0 || space == merge.Length - 1)
                throw new ModelFormatException(file, Key, $"\"{Encoding.UTF8.GetString(merge)}\" as merge {rank}", "two texts and a space");
            ReadOnlySpan<byte> left = merge[..space];
            ReadOnlySpan<byte> right = merge[(space + 1)..];
            if (merge.Length > joined.Length) joined = new byte[2 * merge.Length];
            left.CopyTo(joined);
            right.CopyTo(joined.AsSpan(left.Length));
            table.Add(table.FindOrAdd(left), table.FindOrAdd(right), rank, table.FindOrAdd(joined.AsSpan(0, merge.Length - 1)));
        }
        return table;
    }

    /// <summary>Adds a merge of two symbols; the first rank of a pair counts.</summary>
    public void Add(int left, int right, int rank, int merged)
    {
        ulong pair = Pair(left, right);
        int i = Slot(pair);
        for (; _entries[i].Pair != 0; i = (i + 1) & _mask)
        {
            if (_entries[i].Pair == pair) return;
        }
        _entries[i] = new Entry { Pair = pair, Rank = rank, Merged = merged };
    }

    /// <summary>Number of the symbol with this text, or -1.</summary>
    public int FindSymbol(ReadOnlySpan<byte> text)
    {
        int id = _vocabulary.Find(text);
        if (id >= 0) return id;
        int other = _others.Count == 0 ? -1 : _others.Find(text);
        return other < 0 ? -1 : _vocabulary.Count + other;
    }

    /// <summary>Shows the text of every symbol.</summary>
    public void ForEachSymbol(Action<ReadOnlySpan<byte>> action)
    {
        for (int id = 0; id < _vocabulary.Count; id++) action(_vocabulary.GetText(id));
        for (int other = 0; other < _others.Count; other++) action(_others[other]);
    }

    /// <summary>The rank of the merge of two symbols and what they become.</summary>
    public bool TryFind(int left, int right, out int rank, out int merged)
    {
        if (left >= 0 && right >= 0)
        {
            ulong pair = Pair(left, right);
            for (int i = Slot(pair); _entries[i].Pair != 0; i = (i + 1) & _mask)
            {
                if (_entries[i].Pair != pair) continue;
                (rank, merged) = (_entries[i].Rank, _entries[i].Merged);
                return true;
            }
        }
        rank = merged = -1;
        return false;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right;

    private int Slot(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15) >> 33) & _mask;

    private int FindOrAdd(ReadOnlySpan<byte> text)
    {
        int symbol = FindSymbol(text);
        if (symbol >= 0) return symbol;
        _others.TryAdd(text);
        return _vocabulary.Count + _others.Count - 1;
    }
}

/// <summary>The pairs of a table: the lower the rank, the earlier the merge.</summary>
internal readonly struct RankedPairs(MergeTable merges) : IPairSource
{
    public bool TryMerge(int left, int right, ReadOnlySpan<byte> text, out uint priority, out int merged)
    {
        bool found = merges.TryFind(left, right, out int rank, out merged);
        priority = (uint)rank;
        return found;
    }
}
