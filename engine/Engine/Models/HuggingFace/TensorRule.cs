namespace Engine.Models.HuggingFace;

/// <summary>
/// One entry of a family's table of names: what a checkpoint calls a tensor, what GGUF files call it, and how the numbers of the one become
/// those of the other. Reads the same in both directions.
/// </summary>
/// <param name="Gguf">GGUF's name without ".weight" and ".bias"; within a layer without "blk.N.".</param>
/// <param name="Checkpoint">
/// The checkpoint's name without ".weight" and ".bias", and without the family's prefix; within a layer without what stands before the
/// layer's own names. A <see cref="Part"/> in it stands for the numbers 0, 1, ... of tensors that become one stack.
/// </param>
internal sealed record TensorRule(string Gguf, string Checkpoint)
{
    /// <summary>Placeholder of an expert's (or head's) number.</summary>
    public const string Part = "{n}";

    /// <summary>The order of rows.</summary>
    public RowOrder Order { get; init; }

    /// <summary>Whether the checkpoint has [inputs, outputs], as GPT-2's Conv1D and GPT-OSS's experts do.</summary>
    public bool Transposed { get; init; }

    /// <summary>Added to every value: 1 where a norm multiplies by 1 + weight (Gemma).</summary>
    public float Offset { get; init; }

    /// <summary>Whether both names are whole ones: nothing is added behind them.</summary>
    public bool IsWholeName { get; init; }

    /// <summary>Whether the family's prefix does not stand before the checkpoint's name (lm_head).</summary>
    public bool IsOutside { get; init; }

    /// <summary>Whether the checkpoint's tensor is a stack of matrices (or of their biases), its first axis counting them.</summary>
    public bool IsStack { get; init; }
}
