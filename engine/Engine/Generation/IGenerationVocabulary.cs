using Engine.Sampling;

namespace Engine.Generation;

/// <summary>What a <see cref="Generator"/> needs of a tokenizer.</summary>
internal interface IGenerationVocabulary : IDryVocabulary
{
    /// <summary>Whether the model says with this token that its answer is complete.</summary>
    bool IsEndOfGeneration(int id);

    /// <summary>Starts a text.</summary>
    ITokenText CreateText();
}
