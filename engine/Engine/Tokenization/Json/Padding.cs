using Engine.Formats;

namespace Engine.Tokenization.Json;

/// <summary>Fills up texts that are shorter than others or than a fixed length (the field padding of a tokenizer.json).</summary>
internal sealed class Padding
{
    private const int Longest = 1 << 24;

    private readonly int? _fixed;
    private readonly int _multiple;
    private readonly bool _left;

    /// <summary>Reads the field.</summary>
    /// <exception cref="ModelFormatException">A part of it is missing or wrong.</exception>
    public Padding(JsonNode node, int vocabularySize)
    {
        JsonNode strategy = node.Get("strategy");
        if (strategy.Find("Fixed") is JsonNode length) _fixed = Bounded(length);
        else if (strategy.Text() != "BatchLongest") throw strategy.Error(JsonNode.Shown(strategy.Text()), "BatchLongest or Fixed");
        _multiple = node.Find("pad_to_multiple_of") is JsonNode multiple ? Bounded(multiple) : 0;
        _left = Truncation.Choice(node, "direction", "Right", "Left") == "Left";
        TokenId = node.GetNumber("pad_id");
        TypeId = node.GetNumber("pad_type_id");
        if (TokenId >= vocabularySize) throw node.Error($"the token {TokenId} to pad with", $"a token from 0 to {vocabularySize - 1}");
    }

    /// <summary>The token that texts are filled up with.</summary>
    public int TokenId { get; }

    private int TypeId { get; }

    /// <summary>Fills up the texts of a batch.</summary>
    public EncodedText[] Apply(EncodedText[] texts)
    {
        if (texts.Length == 0) return texts;
        int length = _fixed ?? texts.Max(text => text.Ids.Count);
        if (_multiple > 0 && length % _multiple > 0) length += _multiple - length % _multiple;
        return Array.ConvertAll(texts, text => Fill(text, length));
    }

    private static int Bounded(JsonNode node) =>
        node.Number() is <= Longest and int length ? length : throw node.Error($"{node.Number()}", $"at most {Longest}");

    private EncodedText Fill(EncodedText text, int length)
    {
        int missing = length - text.Ids.Count;
        return missing <= 0 ? text
            : new EncodedText(Fill(text.Ids, TokenId, missing), Fill(text.TypeIds, TypeId, missing), Fill(text.AttentionMask, 0, missing));
    }

    private int[] Fill(IReadOnlyList<int> values, int value, int count)
    {
        IEnumerable<int> filling = Enumerable.Repeat(value, count);
        return _left ? [.. filling, .. values] : [.. values, .. filling];
    }
}
