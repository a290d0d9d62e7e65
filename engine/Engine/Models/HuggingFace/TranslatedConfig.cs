namespace Engine.Models.HuggingFace;

/// <summary>What of a config.json the rest of the folder is read by.</summary>
/// <param name="Family">The model's family.</param>
/// <param name="Keys">The metadata.</param>
/// <param name="Layers">Layers that run.</param>
/// <param name="Heads">Heads of the attention.</param>
/// <param name="RopeFactors">
/// Divisors of RoPE's frequencies that GGUF files keep as tensors: none, one set for all texts, or those for short and for long ones.
/// </param>
internal sealed record TranslatedConfig(
    FolderFamily Family, TranslatedKeys Keys, int Layers, HeadCounts Heads, IReadOnlyList<float[]> RopeFactors)
{
    /// <summary>Whether the output matrix is the embedding; null: where there is no other.</summary>
    public bool? IsTied { get; init; }

    /// <summary>Whether the family's GGUF files have an output matrix even where it is the embedding.</summary>
    public bool RequiresOutput { get; init; }
}
