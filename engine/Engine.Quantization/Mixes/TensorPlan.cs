using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>What becomes of one tensor.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Asked">What the options or the mix ask for.</param>
/// <param name="Type">What it gets.</param>
/// <param name="Reason">Where <paramref name="Asked"/> comes from.</param>
/// <param name="NeedsImportance">
/// Whether the type is so small that without an importance matrix the result is useless; llama.cpp refuses it.
/// </param>
public sealed record TensorPlan(TensorDescription Tensor, QuantType Asked, QuantType Type, TypeReason Reason, bool NeedsImportance)
{
    /// <summary>Whether the tensor gets another type than asked.</summary>
    public bool IsFallback => Type != Asked;

    /// <summary>Whether the tensor's bytes change.</summary>
    public bool IsConverted => Type != Tensor.Type;

    /// <summary>Bytes of the tensor afterwards.</summary>
    public long Bytes => Tensor.Elements / Tensor.Columns * QuantTypes.Get(Type).RowBytes(Tensor.Columns);

    /// <summary>Why the tensor gets another type than asked, as half a sentence; null where it gets what was asked.</summary>
    public string? FallbackReason => IsFallback
        ? $"rows of {Tensor.Columns} are no multiple of {QuantTypes.Get(Asked).BlockElements}"
        : null;
}
