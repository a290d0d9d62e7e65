namespace Engine.Formats;

/// <summary>
/// A tensor with a type and a shape, wherever its bytes lie: in a GGUF file, in a checkpoint, or made on demand of several tensors.
/// </summary>
public interface ITensor : ITensorData
{
    /// <summary>How the elements are encoded.</summary>
    QuantTypeInfo Type { get; }

    /// <summary>Lengths of the axes in GGML's order: the first is the row length, the last varies slowest.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Number of rows: the product of all lengths but the first.</summary>
    long Rows => Elements / Shape[0];
}
