using System.Buffers;
using System.Text.RegularExpressions;
using Engine.Formats;
using Engine.Tokenization.PreTokenizers;

namespace Engine.Tokenization.Json;

/// <summary>
/// Finds the places in a text that match a regular expression, without overlaps, from the left. Empty matches count, but not right
/// behind the match before. Safe for use from many threads.
/// </summary>
internal sealed class TextMatcher
{
    private const long StepsPerCharacter = 500;
    private const long FreeSteps = 1_000_000;

    private readonly CharClasses _classes = new();
    private readonly SplitPattern _pattern;
    private readonly JsonNode _node;
    private Spare<BacktrackStack> _stacks;

    /// <summary>Compiles a pattern; the node is where it stands in the file, or what asks for it.</summary>
    /// <exception cref="ModelFormatException">The pattern uses what is not known here.</exception>
    public TextMatcher(string pattern, JsonNode node)
    {
        _node = node;
        try
        {
            _pattern = new SplitPattern(pattern, _classes);
        }
        catch (FormatException e)
        {
            throw node.Error($"the pattern {JsonNode.Shown(pattern)}", $"a pattern that is supported ({e.Message})", e);
        }
    }

    /// <summary>Reads a pattern: an object with a Regex, or a String that stands for itself.</summary>
    public static TextMatcher Read(JsonNode node)
    {
        if (node.Find("String") is JsonNode text) return new TextMatcher(Literal(text.Text()), text);
        JsonNode regex = node.Find("Regex") ?? throw node.Error("no pattern", "a String or a Regex");
        return new TextMatcher(regex.Text(), regex);
    }

    /// <summary>The pattern of a text that stands for itself.</summary>
    public static string Literal(string text) => Regex.Replace(text, @"[\p{P}\p{S}]", @"\$0");

    /// <summary>Appends the places where the pattern matches, as offsets in bytes.</summary>
    /// <exception cref="ModelFormatException">The pattern takes far more steps than the text is long.</exception>
    public void FindMatches(ReadOnlySpan<byte> text, List<(int Start, int End)> matches)
    {
        ulong[] masks = ArrayPool<ulong>.Shared.Rent(text.Length);
        int[] offsets = ArrayPool<int>.Shared.Rent(text.Length + 1);
        BacktrackStack stack = _stacks.Take();
        try
        {
            int count = _classes.Classify(text, masks, offsets);
            stack.Budget = FreeSteps + StepsPerCharacter * count;
            stack.Count = 0;
            Find(masks.AsSpan(0, count), offsets, stack, matches);
        }
        catch (PatternTooSlowException e)
        {
            throw _node.Error($"a pattern that takes too many steps on a text of {text.Length} bytes", "a pattern in linear time", e);
        }
        finally
        {
            _stacks.Return(stack);
            ArrayPool<int>.Shared.Return(offsets);
            ArrayPool<ulong>.Shared.Return(masks);
        }
    }

    private void Find(ReadOnlySpan<ulong> masks, int[] offsets, BacktrackStack stack, List<(int Start, int End)> matches)
    {
        Span<int> failsUntil = stackalloc int[_pattern.Alternatives];
        failsUntil.Clear();
        int last = -1;
        for (int position = 0; position <= masks.Length;)
        {
            int end = _pattern.Match(masks, position, masks.Length, shortest: 0, failsUntil, stack);
            if (end < 0 || (end == position && end == last))
            {
                position++;
                continue;
            }
            matches.Add((offsets[position], offsets[end]));
            last = end;
            position = end;
        }
    }
}
