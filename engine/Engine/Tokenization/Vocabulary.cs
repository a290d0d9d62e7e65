using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// The tokens of a model: their texts as they stand in the file, scores and attributes. Text and number are unique to each other.
/// </summary>
internal sealed class Vocabulary
{
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string ScoresKey = "tokenizer.ggml.scores";
    private const string KindsKey = "tokenizer.ggml.token_type";

    private readonly TextTable _texts;
    private readonly float[]? _scores;
    private readonly TokenAttributes[] _attributes;

    /// <summary>Makes a vocabulary of its parts, of equal counts.</summary>
    public Vocabulary(TextTable texts, float[]? scores, TokenAttributes[] attributes)
    {
        _texts = texts;
        _scores = scores;
        _attributes = attributes;
    }

    /// <summary>Number of tokens.</summary>
    public int Count => _texts.Count;

    /// <summary>Length in bytes of the longest token's text.</summary>
    public int LongestText => _texts.LongestText;

    /// <summary>The text of a token in UTF-8 as the file has it, with its kind's way to write spaces and bytes.</summary>
    public ReadOnlySpan<byte> GetText(int id) => _texts[id];

    /// <summary>The token of exactly this text, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text) => _texts.Find(text);

    /// <summary>The token of exactly this text, or -1.</summary>
    public int Find(string text) => _texts.Find(Encoding.UTF8.GetBytes(text));

    /// <summary>The token of a byte, written as in &lt;0x41&gt;, or -1.</summary>
    public int FindByte(byte value) => Find($"<0x{value:X2}>");

    /// <summary>A token's score, 0 where the file has none: a log probability (Unigram) or a merge order (SentencePiece's BPE).</summary>
    public float GetScore(int id) => _scores is null ? 0 : _scores[id];

    public TokenAttributes GetAttributes(int id) => _attributes[id];

    public void SetAttributes(int id, TokenAttributes attributes) => _attributes[id] = attributes;

    public bool Has(int id, TokenAttributes any) => (_attributes[id] & any) != 0;

    /// <summary>Reads tokens, scores and kinds.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="needsScores">Whether a vocabulary without scores is of no use to its kind.</param>
    /// <exception cref="ModelFormatException">A key is missing or of another type, counts differ, a text occurs twice, a score is
    /// not a number, there is no token.</exception>
    public static Vocabulary Read(GgufMetadata metadata, string file, bool needsScores)
    {
        GgufStrings tokens = metadata.GetStringArray(TokensKey);
        if (tokens.Count == 0) throw new ModelFormatException(file, TokensKey, "no tokens", "at least one token");
        return new Vocabulary(ReadTexts(tokens, file), ReadScores(metadata, file, tokens.Count, needsScores),
            ReadAttributes(metadata, file, tokens.Count));
    }

    private static TextTable ReadTexts(GgufStrings tokens, string file)
    {
        int bytes = 0;
        for (int id = 0; id < tokens.Count; id++) bytes += tokens.GetBytes(id).Length;
        var texts = new TextTable(tokens.Count, bytes);
        for (int id = 0; id < tokens.Count; id++)
        {
            ReadOnlySpan<byte> text = tokens.GetBytes(id);
            if (text.IsEmpty) text = Encoding.UTF8.GetBytes($"[EMPTY_{id}]");
            if (!texts.TryAdd(text))
            {
                throw new ModelFormatException(file, TokensKey,
                    $"the text \"{Encoding.UTF8.GetString(text)}\" as tokens {texts.Find(text)} and {id}", "each text once");
            }
        }
        return texts;
    }

    private static float[]? ReadScores(GgufMetadata metadata, string file, int count, bool required)
    {
        if (!required && !metadata.ContainsKey(ScoresKey)) return null;
        float[] scores = metadata.GetSingles(ScoresKey);
        CheckCount(file, ScoresKey, scores.Length, count);
        int bad = Array.FindIndex(scores, float.IsNaN);
        if (bad >= 0) throw new ModelFormatException(file, ScoresKey, $"NaN as the score of token {bad}", "numbers");
        return scores;
    }

    private static TokenAttributes[] ReadAttributes(GgufMetadata metadata, string file, int count)
    {
        var attributes = new TokenAttributes[count];
        if (!metadata.ContainsKey(KindsKey))
        {
            Array.Fill(attributes, TokenAttributes.Normal);
            return attributes;
        }
        int[] kinds = metadata.GetInt32s(KindsKey);
        CheckCount(file, KindsKey, kinds.Length, count);
        for (int id = 0; id < count; id++) attributes[id] = TokenKinds.ToAttributes((TokenKind)kinds[id]);
        return attributes;
    }

    private static void CheckCount(string file, string key, int found, int expected)
    {
        if (found != expected) throw new ModelFormatException(file, key, $"{found} values", $"{expected}, one for each token");
    }
}
