namespace Engine.Tokenization.PreTokenizers;

/// <summary>A compiled pattern: one program for each alternative at its top.</summary>
internal sealed class SplitPattern
{
    private const int MostAlternatives = 500;

    private readonly Instruction[][] _alternatives;

    /// <summary>Compiles a pattern.</summary>
    /// <exception cref="FormatException">The pattern uses what is not known here.</exception>
    public SplitPattern(string pattern, CharClasses classes)
    {
        _alternatives = SplitPatternParser.Parse(pattern, classes);
        if (_alternatives.Length > MostAlternatives)
            throw new FormatException($"The pattern has {_alternatives.Length} alternatives, {MostAlternatives} are possible.");
    }

    /// <summary>Number of alternatives.</summary>
    public int Alternatives => _alternatives.Length;

    /// <summary>Matches at a position: the first alternative that does.</summary>
    /// <param name="masks">The sets that each character is in.</param>
    /// <param name="position">Where the match is to begin.</param>
    /// <param name="end">Behind the last character that the pattern sees.</param>
    /// <param name="shortest">Number of characters that a match has at least.</param>
    /// <param name="failsUntil">Memory for one pass over the text, zero at its start, one number for each alternative: one that begins
    /// with a run and failed will fail again inside that run. Without it, a pattern such as \s+$ would take quadratic time on spaces.</param>
    /// <param name="stack">Scratch memory.</param>
    /// <returns>The end of the match, or -1.</returns>
    public int Match(
        ReadOnlySpan<ulong> masks, int position, int end, int shortest, Span<int> failsUntil, BacktrackStack stack)
    {
        for (int i = 0; i < _alternatives.Length; i++)
        {
            if (position < failsUntil[i]) continue;
            Instruction[] program = _alternatives[i];
            int matched = SplitMatcher.Match(program, 0, masks, position, end, stack);
            if (matched >= position + shortest) return matched;
            if (program[0] is { Operation: Operation.Run, Minimum: <= 1, Maximum: int.MaxValue } run)
                failsUntil[i] = SplitMatcher.RunEnd(masks, position, end, run.Bit);
        }
        return -1;
    }
}
