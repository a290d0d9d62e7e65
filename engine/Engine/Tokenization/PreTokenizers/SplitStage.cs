namespace Engine.Tokenization.PreTokenizers;

/// <summary>One way to cut a stretch of text; the next stage cuts its pieces further.</summary>
internal abstract class SplitStage
{
    /// <summary>Cuts the characters from start to end.</summary>
    /// <param name="masks">The sets that each character of the whole text is in.</param>
    /// <param name="start">First character of the stretch.</param>
    /// <param name="end">Behind its last one: the text ends here as far as the stage can see.</param>
    /// <param name="ends">Gets the end of each piece, the last one included.</param>
    /// <param name="stack">Scratch memory.</param>
    public abstract void Split(ReadOnlySpan<ulong> masks, int start, int end, List<int> ends, BacktrackStack stack);
}

/// <summary>Cuts out what matches a pattern: the matches, and what lies between them, are the pieces.</summary>
internal sealed class PatternStage : SplitStage
{
    private readonly Instruction[][] _alternatives;

    public PatternStage(string pattern, CharClasses classes) => _alternatives = SplitPatternParser.Parse(pattern, classes);

    public override void Split(ReadOnlySpan<ulong> masks, int start, int end, List<int> ends, BacktrackStack stack)
    {
        // An alternative that begins with a run and failed will fail again inside that run: without this, a pattern such as \s+$ would
        // take quadratic time on many spaces.
        Span<int> failsUntil = stackalloc int[_alternatives.Length];
        failsUntil.Clear();
        int gap = start;
        for (int position = start; position < end;)
        {
            int matched = Match(masks, position, end, failsUntil, stack);
            if (matched <= position)
            {
                position++;
                continue;
            }
            if (position > gap) ends.Add(position);
            ends.Add(matched);
            gap = position = matched;
        }
        if (end > gap) ends.Add(end);
    }

    private int Match(ReadOnlySpan<ulong> masks, int position, int end, Span<int> failsUntil, BacktrackStack stack)
    {
        for (int i = 0; i < _alternatives.Length; i++)
        {
            if (position < failsUntil[i]) continue;
            Instruction[] program = _alternatives[i];
            int matched = SplitMatcher.Match(program, 0, masks, position, end, stack);
            if (matched > position) return matched;
            if (program[0] is { Operation: Operation.Run, Minimum: <= 1, Maximum: int.MaxValue } run)
                failsUntil[i] = SplitMatcher.RunEnd(masks, position, end, run.Bit);
        }
        return -1;
    }
}
