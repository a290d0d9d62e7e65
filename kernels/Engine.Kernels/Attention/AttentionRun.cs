namespace Engine.Kernels;

/// <summary>A run of tokens of one sequence and the KV head whose query heads are to be computed for them.</summary>
/// <param name="FirstToken">Index of the first token in the batch.</param>
/// <param name="Tokens">Number of tokens.</param>
/// <param name="KvHead">The KV head.</param>
/// <param name="KeyBegin">The first position that any of the tokens sees.</param>
/// <param name="KeyEnd">The first position after those that any of the tokens sees.</param>
/// <param name="FirstPartial">Where the results of its segments lie, should they be computed apart.</param>
internal readonly record struct AttentionRun(int FirstToken, int Tokens, int KvHead, int KeyBegin, int KeyEnd, int FirstPartial)
{
    /// <summary>
    /// Positions of a segment. Each segment has a softmax of its own, and they are merged in ascending order, whoever computes them: where a
    /// segment ends depends on positions alone, so it changes no bits that threads share the segments of a long text.
    /// </summary>
    public const int SegmentTokens = 512;

    /// <summary>The first segment that is seen.</summary>
    public int FirstSegment => KeyBegin / SegmentTokens;

    /// <summary>The first segment after those that are seen.</summary>
    public int EndSegment => (KeyEnd + SegmentTokens - 1) / SegmentTokens;
}

/// <summary>What one worker computes at a time: some segments of a run.</summary>
/// <param name="Run">Index of the run.</param>
/// <param name="FirstSegment">The first segment.</param>
/// <param name="EndSegment">The first segment after them.</param>
internal readonly record struct AttentionItem(int Run, int FirstSegment, int EndSegment)
{
    /// <summary>Whether these are all of the run's segments.</summary>
    public bool IsWhole(in AttentionRun run) => FirstSegment == run.FirstSegment && EndSegment == run.EndSegment;
}
