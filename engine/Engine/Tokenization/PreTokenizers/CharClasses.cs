namespace Engine.Tokenization.PreTokenizers;

/// <summary>
/// The sets of characters that the patterns of a pre-tokenizer speak of, one bit each. Which sets a code point is in is worked out for
/// 256 code points at a time, when the first of them occurs.
/// </summary>
internal sealed class CharClasses
{
    private const int MaxSets = 64;
    private const int PageBits = 8;

    private readonly Dictionary<string, int> _bits = [];
    private readonly List<Predicate<int>> _sets = [];
    private readonly ulong[]?[] _pages = new ulong[0x110000 >> PageBits][];

    /// <summary>The bit of a set; sets with the same name are the same.</summary>
    public int GetBit(string name, Predicate<int> contains)
    {
        if (_bits.TryGetValue(name, out int bit)) return bit;
        if (_sets.Count == MaxSets) throw new FormatException($"The patterns have more than {MaxSets} sets of characters.");
        bit = _sets.Count;
        _sets.Add(contains);
        _bits.Add(name, bit);
        return bit;
    }

    /// <summary>The sets that a code point is in.</summary>
    public ulong GetMask(int codePoint)
    {
        ulong[] page = Volatile.Read(ref _pages[codePoint >> PageBits]) ?? MakePage(codePoint >> PageBits);
        return page[codePoint & ((1 << PageBits) - 1)];
    }

    /// <summary>Looks at each character of a text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <param name="masks">Gets the sets that each character is in; at least as long as the text.</param>
    /// <param name="offsets">Gets the offset of each character, and that of the end.</param>
    /// <returns>The number of characters.</returns>
    public int Classify(ReadOnlySpan<byte> text, Span<ulong> masks, Span<int> offsets)
    {
        int count = 0;
        for (int offset = 0; offset < text.Length; count++)
        {
            offsets[count] = offset;
            offset += Utf8Text.Decode(text[offset..], out int codePoint);
            masks[count] = GetMask(codePoint);
        }
        offsets[count] = text.Length;
        return count;
    }

    private ulong[] MakePage(int number)
    {
        var page = new ulong[1 << PageBits];
        for (int i = 0; i < page.Length; i++)
        {
            for (int bit = 0; bit < _sets.Count; bit++)
            {
                if (_sets[bit]((number << PageBits) | i)) page[i] |= 1UL << bit;
            }
        }
        Volatile.Write(ref _pages[number], page);
        return page;
    }
}
