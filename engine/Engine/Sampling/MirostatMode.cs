namespace Engine.Sampling;

/// <summary>Whether and how surprise is steered.</summary>
public enum MirostatMode
{
    /// <summary>Not at all.</summary>
    Off = 0,

    /// <summary>By <see cref="Sampling.Mirostat"/>.</summary>
    V1 = 1,

    /// <summary>By <see cref="Sampling.MirostatV2"/>.</summary>
    V2 = 2,
}
