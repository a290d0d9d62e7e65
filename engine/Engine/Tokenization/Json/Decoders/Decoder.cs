using System.Text;

namespace Engine.Tokenization.Json.Decoders;

/// <summary>Turns the texts of tokens into the text that they stand for. Safe for use from many threads.</summary>
internal abstract class Decoder
{
    /// <summary>Changes the tokens of a whole text; what comes out, joined, is the text.</summary>
    public abstract List<string> Decode(List<string> tokens);

    /// <summary>
    /// The bytes that a token adds to a text that has others before and behind it, for those who read tokens as they come. What only
    /// happens at the ends of a text does not happen here.
    /// </summary>
    public abstract byte[] DecodeInside(byte[] token);
}

/// <summary>One decoder behind the other.</summary>
internal sealed class DecoderSequence(Decoder[] steps) : Decoder
{
    public override List<string> Decode(List<string> tokens) => steps.Aggregate(tokens, static (list, step) => step.Decode(list));

    public override byte[] DecodeInside(byte[] token)
    {
        foreach (Decoder step in steps)
        {
            if (step is FuseDecoder) return AfterFuse(token);
            token = step.DecodeInside(token);
        }
        return token;
    }

    /// <summary>Once all tokens are one text, only replacements reach its inside.</summary>
    private byte[] AfterFuse(byte[] token) =>
        steps.SkipWhile(step => step is not FuseDecoder).OfType<ReplaceDecoder>().Aggregate(token, static (text, step) => step.DecodeInside(text));
}

/// <summary>No decoder: spaces between the tokens.</summary>
internal sealed class SpacesDecoder : Decoder
{
    public override List<string> Decode(List<string> tokens) => [string.Join(' ', tokens)];

    public override byte[] DecodeInside(byte[] token) => [(byte)' ', .. token];
}

/// <summary>All tokens as one.</summary>
internal sealed class FuseDecoder : Decoder
{
    public override List<string> Decode(List<string> tokens) => [string.Concat(tokens)];

    public override byte[] DecodeInside(byte[] token) => token;
}

/// <summary>Puts one text in the place of each match of a pattern.</summary>
internal sealed class ReplaceDecoder(Normalizers.ReplaceNormalizer replace) : Decoder
{
    public override List<string> Decode(List<string> tokens) =>
        tokens.ConvertAll(token => Encoding.UTF8.GetString(DecodeInside(Encoding.UTF8.GetBytes(token))));

    public override byte[] DecodeInside(byte[] token) => replace.Normalize(token);
}

/// <summary>Drops up to so many of a character at the ends of each token.</summary>
internal sealed class StripDecoder(string content, int start, int stop) : Decoder
{
    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(Strip);

    public override byte[] DecodeInside(byte[] token) => Encoding.UTF8.GetBytes(Strip(Encoding.UTF8.GetString(token)));

    private string Strip(string token)
    {
        int first = 0;
        for (int i = 0; i < start && token.AsSpan(first).StartsWith(content); i++) first += content.Length;
        int end = token.Length;
        for (int i = 0; i < stop && token.AsSpan(first..end).EndsWith(content); i++) end -= content.Length;
        return token[first..end];
    }
}
