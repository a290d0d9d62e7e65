using Engine.Sampling;
using Engine.Tokenization;

namespace Engine.Generation;

/// <summary>A tokenizer as a <see cref="Generator"/> looks at it.</summary>
internal sealed class TokenizerVocabulary(Tokenizer tokenizer) : IGenerationVocabulary
{
    /// <inheritdoc/>
    public int VocabularySize => tokenizer.VocabularySize;

    /// <inheritdoc/>
    public bool IsEndOfGeneration(int id) => tokenizer.IsEndOfGeneration(id);

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) => tokenizer.Encode(text);

    /// <inheritdoc/>
    public DryBreakers FindBreakers(IReadOnlyList<string> breakers) => DryBreakers.Create(breakers, tokenizer);

    /// <inheritdoc/>
    public ITokenText CreateText() => new Text(tokenizer.CreateStream());

    private sealed class Text(StreamDecoder decoder) : ITokenText
    {
        public ReadOnlySpan<char> Append(int id) => decoder.Append(id);
    }
}
