namespace Engine.Formats.Checkpoints;

/// <summary>Scales that a checkpoint gives for a quantized KV cache: one for all heads, or one for each; empty where it gives none.</summary>
/// <param name="Keys">By which stored keys are multiplied.</param>
/// <param name="Values">By which stored values are multiplied.</param>
public sealed record CacheScales(float[] Keys, float[] Values);
