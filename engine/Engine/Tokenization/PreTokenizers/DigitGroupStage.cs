namespace Engine.Tokenization.PreTokenizers;

/// <summary>
/// Cuts runs of digits into groups of three counted from their right end, as in 1 234 567; all else is left whole. Models write it as a
/// lookahead to the end of the run, which takes quadratic time.
/// </summary>
internal sealed class DigitGroupStage : SplitStage
{
    private const string WordSet = """[\p{L}\p{M}\p{N}\p{Pc}]""";

    private readonly int _digit;
    private readonly int? _word;

    /// <summary>Groups the characters of a property, for example <c>Nd</c>.</summary>
    /// <param name="property">The digits.</param>
    /// <param name="wholeInWords">Leave a run as it is that a letter, mark or underscore follows.</param>
    /// <param name="classes">The sets of the pre-tokenizer.</param>
    public DigitGroupStage(string property, bool wholeInWords, CharClasses classes)
    {
        _digit = classes.GetBit($"\\p{{{property}}}", UnicodeSets.GetProperty(property));
        if (wholeInWords) _word = SplitPatternParser.Parse(WordSet, classes)[0][0].Bit;
    }

    public override void Split(ReadOnlySpan<ulong> masks, int start, int end, List<int> ends, BacktrackStack stack)
    {
        int gap = start;
        for (int position = start; position < end; position++)
        {
            int runEnd = SplitMatcher.RunEnd(masks, position, end, _digit);
            if (runEnd == position) continue;
            if (_word is int word && SplitMatcher.RunEnd(masks, runEnd, Math.Min(runEnd + 1, end), word) > runEnd)
            {
                position = runEnd;
                continue;
            }
            if (position > gap) ends.Add(position);
            int first = (runEnd - position) % 3;
            for (int cut = position + (first == 0 ? 3 : first); cut <= runEnd; cut += 3) ends.Add(cut);
            gap = runEnd;
            position = runEnd - 1;
        }
        if (end > gap) ends.Add(end);
    }
}
