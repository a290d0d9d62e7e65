namespace Engine.Sampling;

/// <summary>What <see cref="DryBreakers"/> needs of a tokenizer.</summary>
internal interface IDryVocabulary
{
    /// <summary>Tokens in the vocabulary.</summary>
    int VocabularySize { get; }

    /// <summary>UTF-8 text of a token alone, as detokenizing just this one gives it, special tokens written out.</summary>
    ReadOnlySpan<byte> GetText(int id);

    /// <summary>Tokens of a text, without special tokens added or parsed.</summary>
    IReadOnlyList<int> Encode(string text);
}
