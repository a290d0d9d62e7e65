namespace Engine.Tokenization;

/// <summary>What holds of a kind of tokenizer where the file says nothing, and what holds whatever it says.</summary>
internal sealed record TokenizerDefaults
{
    public required TokenizerSettings Settings { get; init; }

    public required SpecialTokens Ids { get; init; }

    /// <summary>A vocabulary without scores is of no use to this kind.</summary>
    public bool NeedsScores { get; init; }

    /// <summary>Begin of text is added even where the file denies it.</summary>
    public bool AlwaysAddsBegin { get; init; }

    /// <summary>The end of text is the separator and is added even where the file denies it.</summary>
    public bool EndsWithSeparator { get; init; }
}
