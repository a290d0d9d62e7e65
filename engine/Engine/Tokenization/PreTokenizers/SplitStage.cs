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

/// <summary>Cuts out what matches a pattern: the matches, and what lies between them, are the pieces. Empty matches count for nothing.</summary>
internal sealed class PatternStage(string pattern, CharClasses classes) : SplitStage
{
    private readonly SplitPattern _pattern = new(pattern, classes);

    public override void Split(ReadOnlySpan<ulong> masks, int start, int end, List<int> ends, BacktrackStack stack)
    {
        Span<int> failsUntil = stackalloc int[_pattern.Alternatives];
        failsUntil.Clear();
        stack.TextStart = start;
        int gap = start;
        for (int position = start; position < end;)
        {
            int matched = _pattern.Match(masks, position, end, shortest: 1, failsUntil, stack);
            if (matched < 0)
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
}
