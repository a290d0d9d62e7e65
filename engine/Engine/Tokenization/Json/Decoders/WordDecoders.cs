using System.Text;

namespace Engine.Tokenization.Json.Decoders;

/// <summary>WordPiece: a space before each token but those that continue a word.</summary>
internal sealed class WordPieceDecoder(string prefix, bool cleanup) : Decoder
{
    public override List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) => DecodeOne(token, first: i == 0))];

    public override byte[] DecodeInside(byte[] token) => Encoding.UTF8.GetBytes(DecodeOne(Encoding.UTF8.GetString(token), first: false));

    /// <summary>Takes spaces out of English text that only its tokens put there.</summary>
    public static string CleanUp(string text) => text
        .Replace(" .", ".", StringComparison.Ordinal).Replace(" ?", "?", StringComparison.Ordinal)
        .Replace(" !", "!", StringComparison.Ordinal).Replace(" ,", ",", StringComparison.Ordinal)
        .Replace(" ' ", "'", StringComparison.Ordinal).Replace(" n't", "n't", StringComparison.Ordinal)
        .Replace(" 'm", "'m", StringComparison.Ordinal).Replace(" do not", " don't", StringComparison.Ordinal)
        .Replace(" 's", "'s", StringComparison.Ordinal).Replace(" 've", "'ve", StringComparison.Ordinal)
        .Replace(" 're", "'re", StringComparison.Ordinal);

    private string DecodeOne(string token, bool first)
    {
        if (!first) token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? CleanUp(token) : token;
    }
}

/// <summary>SentencePiece's mark is a space, and nothing in the first token.</summary>
internal sealed class MetaspaceDecoder(string mark, bool prepended) : Decoder
{
    public override List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) =>
        token.Replace(mark, i == 0 && prepended ? "" : " ", StringComparison.Ordinal))];

    public override byte[] DecodeInside(byte[] token) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(token).Replace(mark, " ", StringComparison.Ordinal));
}

/// <summary>A mark at the end of a word is a space, and nothing in the last token.</summary>
internal sealed class BpeDecoder(string suffix) : Decoder
{
    public override List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) =>
        token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];

    public override byte[] DecodeInside(byte[] token) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(token).Replace(suffix, " ", StringComparison.Ordinal));
}

/// <summary>
/// Connectionist temporal classification (Graves et al., 2006), of models of speech: a token that is repeated counts once, padding for
/// nothing. Token by token repetitions cannot be seen.
/// </summary>
internal sealed class CtcDecoder(string padding, string wordEnd, bool cleanup) : Decoder
{
    public override List<string> Decode(List<string> tokens) => [.. tokens
        .Where((token, i) => i == 0 || token != tokens[i - 1])
        .Select(DecodeOne)
        .Where(text => text.Length > 0)];

    public override byte[] DecodeInside(byte[] token) => Encoding.UTF8.GetBytes(DecodeOne(Encoding.UTF8.GetString(token)));

    private string DecodeOne(string token)
    {
        token = token.Replace(padding, "", StringComparison.Ordinal);
        return cleanup ? WordPieceDecoder.CleanUp(token).Replace(wordEnd, " ", StringComparison.Ordinal) : token;
    }
}
