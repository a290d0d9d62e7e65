namespace Engine.Tokenization;

/// <summary>
/// Remembers the tokens of short words. A word has one place and drives out what was there; entries never change, so many threads may
/// read and write without locks.
/// </summary>
internal sealed class WordCache
{
    private const int Places = 1 << 14;
    private const int LongestWord = 48;

    private readonly Entry?[] _entries = new Entry?[Places];

    private sealed record Entry(byte[] Word, int[] Ids);

    /// <summary>Appends the tokens of a word if it is here.</summary>
    public bool TryGet(ReadOnlySpan<byte> word, List<int> ids)
    {
        if (word.Length > LongestWord) return false;
        Entry? entry = Volatile.Read(ref Place(word));
        if (entry is null || !word.SequenceEqual(entry.Word)) return false;
        if (entry.Ids.Length == 1) ids.Add(entry.Ids[0]);
        else ids.AddRange(entry.Ids.AsSpan());
        return true;
    }

    /// <summary>Keeps a word's tokens: the last of the list, from <paramref name="first"/> on.</summary>
    public void Set(ReadOnlySpan<byte> word, List<int> ids, int first)
    {
        if (word.Length > LongestWord) return;
        Volatile.Write(ref Place(word), new Entry(word.ToArray(), [.. ids.Skip(first)]));
    }

    private ref Entry? Place(ReadOnlySpan<byte> word) => ref _entries[TextTable.Hash(word) & (Places - 1)];
}
