namespace Engine.Generation;

/// <summary>What happens when the context has no room for another token.</summary>
public enum ContextFullAction
{
    /// <summary>Generation ends with <see cref="FinishReason.ContextFull"/>.</summary>
    Stop,

    /// <summary>
    /// The older half of the tokens after the first <see cref="GenerationOptions.KeepTokens"/> is dropped and the rest evaluated anew
    /// at its new positions: as slow as a prompt of that length, and exact.
    /// </summary>
    Shift,
}
