using System.Globalization;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Sampling;

namespace Engine.Generation;

/// <summary>The vocabulary of a model without a tokenizer: the text of a token is its number with a space behind it.</summary>
internal sealed class IdVocabulary : IGenerationVocabulary
{
    private readonly Model _model;
    private readonly HashSet<int> _ends = [];

    public IdVocabulary(Model model)
    {
        _model = model;
        foreach (string role in (string[])["eos", "eot", "eom"])
        {
            if (model.Metadata.TryGetValue($"tokenizer.ggml.{role}_token_id", out GgufValue? value) && value.TryGetInteger(out int id))
                _ends.Add(id);
        }
    }

    /// <inheritdoc/>
    public int VocabularySize => _model.Config.VocabularySize;

    /// <inheritdoc/>
    public bool IsEndOfGeneration(int id) => _ends.Contains(id);

    /// <inheritdoc/>
    /// <exception cref="ModelFormatException">Always: there is no tokenizer.</exception>
    public IReadOnlyList<int> Encode(string text) => _model.Tokenizer.Encode(text);

    /// <inheritdoc/>
    public DryBreakers FindBreakers(IReadOnlyList<string> breakers) => DryBreakers.None;

    /// <inheritdoc/>
    public ITokenText CreateText() => new Text();

    private sealed class Text : ITokenText
    {
        private readonly char[] _text = new char[12];

        public ReadOnlySpan<char> Append(int id)
        {
            id.TryFormat(_text, out int length, provider: CultureInfo.InvariantCulture);
            _text[length] = ' ';
            return _text.AsSpan(0, length + 1);
        }
    }
}
