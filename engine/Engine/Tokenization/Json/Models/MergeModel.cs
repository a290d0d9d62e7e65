using System.Buffers;

namespace Engine.Tokenization.Json.Models;

/// <summary>
/// Byte-pair encoding with a list of merges (Sennrich et al., 2016) as the library does it: a word's characters are its first symbols,
/// with marks at the word's inner places and at its end where the vocabulary has them; a character that is no token becomes its bytes'
/// tokens, or the unknown token, or nothing.
/// </summary>
/// <param name="vocabulary">The tokens.</param>
/// <param name="merges">Merges of tokens to tokens.</param>
internal sealed class MergeModel(Vocabulary vocabulary, MergeTable merges) : TokenModel
{
    private readonly WordCache _cache = new();
    private Spare<PairMerger> _mergers;

    /// <summary>What every symbol but a word's first begins with.</summary>
    public byte[] Prefix { get; init; } = [];

    /// <summary>What a word's last symbol ends with.</summary>
    public byte[] Suffix { get; init; } = [];

    /// <summary>The unknown token; throws where it does not exist; null where characters that are no token are dropped.</summary>
    public Func<int>? Unknown { get; init; }

    /// <summary>Unknown characters in a row are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>A word that is a token needs no merges.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>The tokens of the bytes, -1 for none; null where there is no fallback to bytes.</summary>
    public int[]? ByteIds { get; init; }

    /// <summary>Where a word may be cut in parts that merge by themselves; null for nowhere.</summary>
    public SpaceCuts? Cuts { get; init; }

    public override void Encode(ReadOnlySpan<byte> word, List<int> ids)
    {
        if (IgnoreMerges && vocabulary.Find(word) is >= 0 and int id)
        {
            ids.Add(id);
            return;
        }
        while (word.Length > 0)
        {
            int length = Cuts?.FirstPart(word) ?? word.Length;
            EncodePart(word[..length], ids);
            word = word[length..];
        }
    }

    private void EncodePart(ReadOnlySpan<byte> word, List<int> ids)
    {
        if (_cache.TryGet(word, ids)) return;
        int first = ids.Count;
        PairMerger merger = _mergers.Take();
        merger.Clear();
        AddSymbols(word, merger);
        merger.Merge(word, new RankedPairs(merges));
        for (int index = 0; merger.TryNext(ref index, out int symbol, out _);) ids.Add(symbol);
        _mergers.Return(merger);
        _cache.Set(word, ids, first);
    }

    private void AddSymbols(ReadOnlySpan<byte> word, PairMerger merger)
    {
        bool pending = false;  // an unknown token that may yet grow
        for (int start = 0; start < word.Length;)
        {
            int end = start + Utf8Text.CharacterLength(word[start..]);
            int symbol = FindSymbol(word, start, end);
            if (symbol >= 0)
            {
                if (pending) merger.Add(Unknown!(), start);
                pending = false;
                merger.Add(symbol, end);
            }
            else if (!TryAddBytes(word[start..end], end, merger) && Unknown is not null)
            {
                if (pending && !FuseUnknown) merger.Add(Unknown(), start);
                pending = true;
            }
            start = end;
        }
        if (pending) merger.Add(Unknown!(), word.Length);
    }

    /// <summary>The token of a character with the marks that its place asks for, or -1.</summary>
    private int FindSymbol(ReadOnlySpan<byte> word, int start, int end)
    {
        ReadOnlySpan<byte> character = word[start..end];
        ReadOnlySpan<byte> prefix = start > 0 ? Prefix : default;
        ReadOnlySpan<byte> suffix = end == word.Length ? Suffix : default;
        if (prefix.IsEmpty && suffix.IsEmpty) return vocabulary.Find(character);
        byte[] rented = ArrayPool<byte>.Shared.Rent(prefix.Length + character.Length + suffix.Length);
        prefix.CopyTo(rented);
        character.CopyTo(rented.AsSpan(prefix.Length));
        suffix.CopyTo(rented.AsSpan(prefix.Length + character.Length));
        int symbol = vocabulary.Find(rented.AsSpan(0, prefix.Length + character.Length + suffix.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return symbol;
    }

    /// <summary>Adds the tokens of a character's bytes, if all of them exist.</summary>
    private bool TryAddBytes(ReadOnlySpan<byte> character, int end, PairMerger merger)
    {
        if (ByteIds is null) return false;
        foreach (byte b in character)
        {
            if (ByteIds[b] < 0) return false;
        }
        foreach (byte b in character) merger.Add(ByteIds[b], end);
        return true;
    }
}
