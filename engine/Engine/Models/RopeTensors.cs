namespace Engine.Models;

/// <summary>Tensors with a file's own RoPE factors, one for each pair.</summary>
internal static class RopeTensors
{
    internal const string Factors = "rope_freqs.weight";
    internal const string Short = "rope_factors_short.weight";
    internal const string Long = "rope_factors_long.weight";
}
