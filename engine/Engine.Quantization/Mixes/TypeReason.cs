namespace Engine.Quantization.Mixes;

/// <summary>Where a tensor's asked type comes from.</summary>
public enum TypeReason
{
    /// <summary>The tensor is never quantized, or asked to be left alone: it keeps its type.</summary>
    Kept,

    /// <summary>The mix's rules.</summary>
    Mix,

    /// <summary>The base type of a pure file or of one without rules.</summary>
    Base,

    /// <summary>An option that names the tensor or its role.</summary>
    Override,
}
