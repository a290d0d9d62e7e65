using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>
/// A named way of quantizing a whole model: a base type and the rules for the tensors that take another one. What llama.cpp calls a
/// file type; name and number are the ones of its llama-quantize and of the key general.file_type.
/// </summary>
public sealed class FileType
{
    /// <summary>Makes a file type.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="id">The value of general.file_type.</param>
    /// <param name="baseType">What tensors take that no rule names.</param>
    /// <param name="rules">Rules for all tensors but output and embedding, in order: the first that fits holds.</param>
    /// <param name="embedding">What the embedding takes; null for the base type.</param>
    /// <param name="output">What the output takes; null for the usual: six bits for quantized types, eight for Q8_0.</param>
    internal FileType(
        string name, int id, QuantType baseType, MixRule[] rules, QuantType? embedding = null, QuantType? output = null)
    {
        Name = name;
        Id = id;
        BaseType = baseType;
        Rules = rules;
        EmbeddingType = embedding ?? baseType;
        bool keepsBase = baseType == QuantType.Q8_0 || !QuantTypes.Get(baseType).IsQuantized;
        OutputType = output ?? (keepsBase ? baseType : QuantType.Q6_K);
    }

    /// <summary>The name, in capitals ("Q4_K_M").</summary>
    public string Name { get; }

    /// <summary>The value of the key general.file_type.</summary>
    public int Id { get; }

    /// <summary>What tensors take that no rule names, and all of them in a pure file.</summary>
    public QuantType BaseType { get; }

    /// <summary>What the output takes, and the embedding of a model that has no output of its own.</summary>
    public QuantType OutputType { get; }

    /// <summary>What the embedding takes where the model has an output of its own.</summary>
    public QuantType EmbeddingType { get; }

    /// <summary>
    /// Below three bits, llama.cpp's rules differ: nothing more for models of 70B, and the place of a narrowing projection is counted
    /// among its kind, also where experts give it a layer number.
    /// </summary>
    internal bool IsVeryLow { get; init; }

    /// <summary>Rules for all tensors but output and embedding, in order.</summary>
    internal IReadOnlyList<MixRule> Rules { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
