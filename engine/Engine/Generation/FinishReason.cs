namespace Engine.Generation;

/// <summary>Why generation ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended its answer, or one of the options' stop tokens came.</summary>
    StopToken,

    /// <summary>One of the options' stop strings came.</summary>
    StopString,

    /// <summary>As many tokens as asked for.</summary>
    Length,

    /// <summary>The context has no room for another token.</summary>
    ContextFull,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}
