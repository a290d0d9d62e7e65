using Engine.Tokenization;

namespace Engine.Sampling;

/// <summary>A tokenizer as <see cref="DryBreakers"/> looks at it.</summary>
internal sealed class TokenizerTexts(Tokenizer tokenizer) : IDryVocabulary
{
    private readonly int[] _one = new int[1];

    /// <inheritdoc/>
    public int VocabularySize => tokenizer.VocabularySize;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> GetText(int id)
    {
        _one[0] = id;
        return tokenizer.DecodeBytes(_one, removeSpecial: false, unparseSpecial: true);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text) => tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
}
