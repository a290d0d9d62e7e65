using Engine.Formats;

namespace Engine.Tokenization.Json;

/// <summary>Cuts texts that are too long for a model (the field truncation of a tokenizer.json). What is cut off is lost.</summary>
internal sealed class Truncation
{
    private readonly JsonNode _node;
    private readonly int _longest;
    private readonly string _strategy;
    private readonly bool _left;

    /// <summary>Reads the field.</summary>
    /// <exception cref="ModelFormatException">A part of it is missing or wrong.</exception>
    public Truncation(JsonNode node)
    {
        _node = node;
        _longest = node.GetNumber("max_length");
        _strategy = Choice(node, "strategy", "LongestFirst", "OnlyFirst", "OnlySecond");
        _left = Choice(node, "direction", "Right", "Left") == "Left";
        int stride = node.GetNumber("stride");
        if (stride > 0 && stride >= _longest) throw node.Error($"a stride of {stride}", $"less than the max_length of {_longest}");
    }

    /// <summary>Shortens one or two texts so that they and the tokens added to them fit.</summary>
    /// <exception cref="ModelFormatException">The text that is to be cut is not there or too short for it.</exception>
    public void Apply(List<int> first, List<int>? second, int added)
    {
        int longest = Math.Max(0, _longest - added);
        int excess = first.Count + (second?.Count ?? 0) - longest;
        if (excess <= 0) return;
        if (_strategy != "LongestFirst" && longest > 0)
        {
            List<int> target = _strategy == "OnlyFirst" ? first : second ?? throw _node.Error("no second text", "one that can be cut");
            if (target.Count <= excess) throw _node.Error($"a text of {target.Count} tokens", $"more than the {excess} that are too many");
            Cut(target, target.Count - excess);
        }
        else
        {
            (int keepFirst, int keepSecond) = ShareOut(first.Count, second?.Count ?? 0, longest);
            Cut(first, keepFirst);
            if (second is not null) Cut(second, keepSecond);
        }
    }

    /// <summary>The longer text is cut first; where that is not enough, both get half, and the longer one what is left over.</summary>
    private static (int First, int Second) ShareOut(int first, int second, int longest)
    {
        bool swapped = first > second;
        int low = Math.Min(first, second);
        if (low + Math.Max(low, longest - low) > longest) low = longest / 2;
        int high = longest - low;
        return swapped ? (high, low) : (low, high);
    }

    private void Cut(List<int> ids, int count)
    {
        if (count >= ids.Count) return;
        if (_left) ids.RemoveRange(0, ids.Count - count);
        else ids.RemoveRange(count, ids.Count - count);
    }

    /// <summary>The value of a field that is one of several; the first where there is no such field, unless it has to be there.</summary>
    internal static string Choice(JsonNode node, string name, params ReadOnlySpan<string> values)
    {
        if (node.Find(name) is not JsonNode choice) return values[0];
        string text = choice.Text();
        return values.Contains(text) ? text : throw choice.Error(JsonNode.Shown(text), string.Join(" or ", values.ToArray()));
    }
}
