using Engine.Sampling;

namespace Engine.Generation;

/// <summary>What a <see cref="Generator"/> needs of a tokenizer.</summary>
internal interface IGenerationVocabulary
{
    /// <summary>Tokens in the vocabulary.</summary>
    int VocabularySize { get; }

    /// <summary>Whether the model says with this token that its answer is complete.</summary>
    bool IsEndOfGeneration(int id);

    /// <summary>Tokens of a text, with the special tokens that the model wants around it and those that are written in it.</summary>
    IReadOnlyList<int> Encode(string text);

    /// <summary>The tokens at which DRY starts anew.</summary>
    DryBreakers FindBreakers(IReadOnlyList<string> breakers);

    /// <summary>Starts a text.</summary>
    ITokenText CreateText();
}
