using System.Buffers;

namespace Engine.Tokenization;

/// <summary>A stretch of text, or a token found in it.</summary>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="Length">Bytes, white space that a token swallows not included.</param>
/// <param name="Id">The token, or -1 for text.</param>
internal readonly record struct Fragment(int Start, int Length, int Id);

/// <summary>
/// Finds the tokens that text holds as a whole. Longer tokens go first wherever they stand, and among equals the earlier place: a
/// shorter token gets only what the longer ones left. All places are found in one walk, so time does not grow with the number of
/// tokens.
/// </summary>
internal sealed class SpecialTokenSplitter
{
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
        List<Fragment>? found = FindAll(text);
        if (found is null)
        {
            if (text.Length > 0) fragments.Add(new Fragment(0, text.Length, -1));
            return;
        }
        found.Sort(static (a, b) => (b.Length - a.Length, a.Id.CompareTo(b.Id), a.Start - b.Start) switch
        {
            (not 0 and int byLength, _, _) => byLength,
            (_, not 0 and int byId, _) => byId,
            (_, _, int byStart) => byStart,
        });
        byte[] taken = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            Place(text, found, taken.AsSpan(0, text.Length), fragments);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(taken);
        }
    }

    private List<Fragment>? FindAll(ReadOnlySpan<byte> text)
    {
        List<Fragment>? found = null;
        for (int start = 0; start < text.Length; start++)
        {
            int skip = text[start..].IndexOfAny(_firstBytes);
            if (skip < 0) break;
            start += skip;
            int node = 0;
            for (int end = start; end < text.Length; end++)
            {
                node = _trie.GetChild(node, text[end]);
                if (node < 0) break;
                if (_trie.GetValue(node) is >= 0 and int id) (found ??= []).Add(new Fragment(start, end + 1 - start, id));
            }
        }
        return found;
    }

    private void Place(ReadOnlySpan<byte> text, List<Fragment> found, Span<byte> taken, List<Fragment> fragments)
    {
        taken.Clear();
        var placed = new List<Fragment>();
        foreach (Fragment token in found)
        {
            Span<byte> place = taken.Slice(token.Start, token.Length);
            if (place.IndexOfAnyExcept((byte)0) >= 0) continue;
            place.Fill(1);
            placed.Add(token);
            TokenAttributes attributes = _vocabulary.GetAttributes(token.Id);
            if ((attributes & TokenAttributes.StripLeft) != 0)
            {
                for (int i = token.Start - 1; i >= 0 && taken[i] == 0 && IsSpace(text[i]); i--) taken[i] = 1;
            }
            if ((attributes & TokenAttributes.StripRight) != 0)
            {
                for (int i = token.Start + token.Length; i < text.Length && taken[i] == 0 && IsSpace(text[i]); i++) taken[i] = 1;
            }
        }
        placed.Sort(static (a, b) => a.Start - b.Start);

        int next = 0;
        foreach (Fragment token in placed)
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
}
