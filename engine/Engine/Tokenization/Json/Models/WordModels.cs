namespace Engine.Tokenization.Json.Models;

/// <summary>Whole words only.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, Func<int> unknown) : TokenModel
{
    public override void Encode(ReadOnlySpan<byte> word, List<int> ids) =>
        ids.Add(vocabulary.Find(word) is >= 0 and int id ? id : unknown());
}

/// <summary>
/// WordPiece as BERT was trained (Devlin et al., 2019): a word is the longest tokens that fit, from the left, or the unknown token as a
/// whole; so is a word of very many characters.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly ByteTrie _starts = new();
    private readonly ByteTrie _continuations = new();
    private readonly int _longestWord;
    private readonly Func<int> _unknown;

    /// <summary>Prepares the model.</summary>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="prefix">What tokens that continue a word begin with.</param>
    /// <param name="longestWord">Number of characters beyond which a word is unknown.</param>
    /// <param name="unknown">The unknown token; throws where there is none.</param>
    public WordPieceModel(Vocabulary vocabulary, ReadOnlySpan<byte> prefix, int longestWord, Func<int> unknown)
    {
        _longestWord = longestWord;
        _unknown = unknown;
        for (int id = 0; id < vocabulary.Count; id++)
        {
            ReadOnlySpan<byte> text = vocabulary.GetText(id);
            if (text.Length > 0) _starts.Add(text, id);
            if (text.Length > prefix.Length && text.StartsWith(prefix)) _continuations.Add(text[prefix.Length..], id);
        }
    }

    public override void Encode(ReadOnlySpan<byte> word, List<int> ids)
    {
        int before = ids.Count;
        bool known = !IsTooLong(word);
        ByteTrie trie = _starts;
        for (ReadOnlySpan<byte> rest = word; known && rest.Length > 0;)
        {
            (int id, int length) = trie.FindLongest(rest);
            known = id >= 0;
            if (!known) break;
            ids.Add(id);
            rest = rest[length..];
            trie = _continuations;
        }
        if (known) return;
        ids.RemoveRange(before, ids.Count - before);
        ids.Add(_unknown());
    }

    private bool IsTooLong(ReadOnlySpan<byte> word)
    {
        if (word.Length <= _longestWord) return false;
        int characters = 0;
        foreach (byte b in word) characters += (b & 0xC0) != 0x80 ? 1 : 0;
        return characters > _longestWord;
    }
}
