namespace Engine.Tokenization;

/// <summary>Turns words into tokens, by the rule that the vocabulary was trained for. Safe for use from many threads.</summary>
internal abstract class TokenModel
{
    /// <summary>Appends the tokens of a word: UTF-8, normalised and cut as the model wants it.</summary>
    public abstract void Encode(ReadOnlySpan<byte> word, List<int> ids);
}
