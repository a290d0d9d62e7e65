using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>What a plan needs to know of a tensor.</summary>
/// <param name="Name">Its name in the file ("blk.0.attn_q.weight").</param>
/// <param name="Shape">Lengths of its axes, the row length first.</param>
/// <param name="Type">How it is stored now.</param>
public sealed record TensorDescription(string Name, IReadOnlyList<long> Shape, QuantType Type)
{
    /// <summary>Values per row.</summary>
    public long Columns => Shape[0];

    /// <summary>Number of values.</summary>
    public long Elements => Shape.Aggregate(1L, (product, length) => product * length);

    /// <summary>Axes, not counting those of length 1 at the end.</summary>
    public int Axes => Shape.Count - Shape.Reverse().TakeWhile(length => length == 1).Count();

    /// <summary>Whether the tensor is a stack of matrices, one per expert.</summary>
    public bool IsExpertStack => Shape.Count > 2 && Shape[2] > 1;

    /// <summary>The description of a file's tensor.</summary>
    public static TensorDescription Of(ITensor tensor) => new(tensor.Name, tensor.Shape, tensor.Type.Type);
}
