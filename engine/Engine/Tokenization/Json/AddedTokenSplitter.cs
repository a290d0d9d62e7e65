using System.Text;
using Engine.Tokenization.PreTokenizers;

namespace Engine.Tokenization.Json;

/// <summary>
/// Finds added tokens in a text: from the left, the longest at each place, as the library does. A token that is passed over, because
/// it stands within a word or special tokens are text, takes its place all the same.
/// </summary>
internal sealed class AddedTokenSplitter
{
    private readonly ByteTrie _trie = new();
    private readonly Dictionary<int, AddedToken> _tokens = [];

    /// <summary>Adds a token with the text that it is found by.</summary>
    public void Add(AddedToken token, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return;
        _trie.Add(text, token.Id);
        _tokens[token.Id] = token;
    }

    /// <summary>Cuts a text into stretches and tokens, in order, appended to the list; no stretch is empty.</summary>
    public void Split(ReadOnlySpan<byte> text, bool withSpecial, List<Fragment> fragments)
    {
        int done = 0;
        for (int start = 0; start < text.Length && _tokens.Count > 0;)
        {
            (int id, int length) = _trie.FindLongest(text[start..]);
            if (id < 0)
            {
                start++;
                continue;
            }
            int first = start;
            int end = start += length;
            AddedToken token = _tokens[id];
            if ((token.Special && !withSpecial) || (token.SingleWord && IsInWord(text, first, end))) continue;
            if (token.StripLeft) first = Math.Max(done, SpacesBefore(text, first));
            if (token.StripRight) end = SpacesBehind(text, end);
            if (done < first) fragments.Add(new Fragment(done, first - done, -1));
            fragments.Add(new Fragment(first, end - first, id));
            done = end;
        }
        if (done < text.Length) fragments.Add(new Fragment(done, text.Length - done, -1));
    }

    private static bool IsInWord(ReadOnlySpan<byte> text, int start, int end)
    {
        Rune.DecodeLastFromUtf8(text[..start], out Rune before, out _);
        Rune.DecodeFromUtf8(text[end..], out Rune behind, out _);
        return (start > 0 && UnicodeSets.IsWord(before.Value)) || (end < text.Length && UnicodeSets.IsWord(behind.Value));
    }

    private static int SpacesBefore(ReadOnlySpan<byte> text, int start)
    {
        while (start > 0)
        {
            Rune.DecodeLastFromUtf8(text[..start], out Rune rune, out int length);
            if (!UnicodeSets.IsWhiteSpace(rune.Value)) break;
            start -= length;
        }
        return start;
    }

    private static int SpacesBehind(ReadOnlySpan<byte> text, int end)
    {
        while (end < text.Length)
        {
            int length = Utf8Text.Decode(text[end..], out int codePoint);
            if (!UnicodeSets.IsWhiteSpace(codePoint)) break;
            end += length;
        }
        return end;
    }
}
