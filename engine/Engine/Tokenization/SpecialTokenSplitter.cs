using System.Buffers;

namespace Engine.Tokenization;

/// <summary>A stretch of text, or a token found in it.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Bytes, white space that a token swallows not included.</param>
/// <param name="Id">The token, or -1 for text.</param>
internal readonly record struct Fragment(int Start, int Length, int Id);

/// <summary>
/// Finds the tokens that text holds as a whole. Longer tokens go first wherever they stand, and among equals the earlier place: a
/// shorter token gets only what the longer ones left. The tokens lie in a trie, so time does not grow with their number.
/// </summary>
internal sealed class SpecialTokenSplitter
{
    private static readonly Comparer<Fragment> Order = Comparer<Fragment>.Create(static (a, b) =>
        (b.Length - a.Length, a.Id.CompareTo(b.Id)) switch
        {
            (not 0 and int byLength, _) => byLength,
            (_, not 0 and int byId) => byId,
            _ => a.Start - b.Start,
        });

    private readonly Vocabulary _vocabulary;
    private readonly ByteTrie _trie = new();
    private readonly SearchValues<byte> _firstBytes;

    /// <summary>Prepares to find the tokens that have one of the attributes and none of the others.</summary>
    public SpecialTokenSplitter(Vocabulary vocabulary, TokenAttributes any, TokenAttributes none)
    {
        _vocabulary = vocabulary;
        var firstBytes = new bool[256];
        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (!vocabulary.Has(id, any) || vocabulary.Has(id, none)) continue;
            _trie.Add(vocabulary.GetText(id), id);
            firstBytes[vocabulary.GetText(id)[0]] = true;
        }
        _firstBytes = SearchValues.Create([.. Enumerable.Range(0, 256).Where(b => firstBytes[b]).Select(b => (byte)b)]);
    }

    /// <summary>Cuts the text into stretches and tokens, in order, appended to the list.</summary>
    public void Split(ReadOnlySpan<byte> text, List<Fragment> fragments)
    {
        PriorityQueue<Fragment, Fragment>? found = FindLongest(text);
        if (found is null)
        {
            if (text.Length > 0) fragments.Add(new Fragment(0, text.Length, -1));
            return;
        }
        byte[] taken = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            taken.AsSpan(0, text.Length).Clear();
            AddAll(text, Place(text, found, taken), taken, fragments);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(taken);
        }
    }

    /// <summary>The longest token at each place that has one; null where there is none.</summary>
    private PriorityQueue<Fragment, Fragment>? FindLongest(ReadOnlySpan<byte> text)
    {
        PriorityQueue<Fragment, Fragment>? found = null;
        for (int start = 0; start < text.Length; start++)
        {
            int skip = text[start..].IndexOfAny(_firstBytes);
            if (skip < 0) break;
            start += skip;
            (int id, int length) = _trie.FindLongest(text[start..]);
            if (id >= 0) Enqueue(found ??= new PriorityQueue<Fragment, Fragment>(Order), new Fragment(start, length, id));
        }
        return found;
    }

    /// <summary>Gives each token its bytes, first come first served; returns the tokens in the text's order.</summary>
    private List<Fragment> Place(ReadOnlySpan<byte> text, PriorityQueue<Fragment, Fragment> found, Span<byte> taken)
    {
        var placed = new List<Fragment>();
        while (found.TryDequeue(out Fragment token, out _))
        {
            Span<byte> place = taken.Slice(token.Start, token.Length);
            int free = place.IndexOfAnyExcept((byte)0);
            if (free < 0)
            {
                place.Fill(1);
                placed.Add(token);
                Strip(text, token, taken);
            }
            else if (_trie.FindLongest(text.Slice(token.Start, free)) is (int id and >= 0, int length))
            {
                Enqueue(found, new Fragment(token.Start, length, id));
            }
        }
        placed.Sort(static (a, b) => a.Start - b.Start);
        return placed;
    }

    private void Strip(ReadOnlySpan<byte> text, Fragment token, Span<byte> taken)
    {
        if (_vocabulary.Has(token.Id, TokenAttributes.StripLeft))
        {
            for (int i = token.Start - 1; i >= 0 && taken[i] == 0 && IsSpace(text[i]); i--) taken[i] = 1;
        }
        if (_vocabulary.Has(token.Id, TokenAttributes.StripRight))
        {
            for (int i = token.Start + token.Length; i < text.Length && taken[i] == 0 && IsSpace(text[i]); i++) taken[i] = 1;
        }
    }

    private static void AddAll(ReadOnlySpan<byte> text, List<Fragment> tokens, ReadOnlySpan<byte> taken, List<Fragment> fragments)
    {
        int next = 0;
        foreach (Fragment token in tokens)
        {
            AddText(next, token.Start, taken, fragments);
            fragments.Add(token);
            next = token.Start + token.Length;
        }
        AddText(next, text.Length, taken, fragments);
    }

    /// <summary>Between two tokens, what neither of them swallowed.</summary>
    private static void AddText(int start, int end, ReadOnlySpan<byte> taken, List<Fragment> fragments)
    {
        while (start < end && taken[start] != 0) start++;
        while (start < end && taken[end - 1] != 0) end--;
        if (start < end) fragments.Add(new Fragment(start, end - start, -1));
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or >= 9 and <= 13;

    private static void Enqueue(PriorityQueue<Fragment, Fragment> queue, Fragment token) => queue.Enqueue(token, token);
}
