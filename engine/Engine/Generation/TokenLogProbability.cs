namespace Engine.Generation;

/// <summary>A token and the natural logarithm of the probability that the model gave it.</summary>
/// <param name="Id">The token.</param>
/// <param name="LogProbability">At most 0; -infinity where the model rules it out.</param>
public readonly record struct TokenLogProbability(int Id, float LogProbability);
