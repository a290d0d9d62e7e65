using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>What a person changes of a mix.</summary>
public sealed record MixOptions
{
    /// <summary>Whether every tensor takes the base type, without a mix; rows that it cannot hold still fall back.</summary>
    public bool Pure { get; init; }

    /// <summary>Whether there is an importance matrix: some mixes then choose otherwise.</summary>
    public bool HasImportance { get; init; }

    /// <summary>Whether output.weight stays as it is.</summary>
    public bool LeaveOutput { get; init; }

    /// <summary>A type for the output, and for the embedding of a model that has no output of its own; null for the mix's.</summary>
    public QuantType? OutputType { get; init; }

    /// <summary>A type for the token embedding; null for the mix's.</summary>
    public QuantType? EmbeddingType { get; init; }

    /// <summary>Types by name; the first whose pattern fits holds. Not for F32, F16 and BF16 files, as in llama.cpp.</summary>
    public IReadOnlyList<TypeOverride> Overrides { get; init; } = [];
}
