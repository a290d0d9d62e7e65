namespace Engine.Formats.Checkpoints;

/// <summary>
/// The weights of one linear map W[rows, columns] that a checkpoint keeps in another form than one tensor of numbers: codes, scales, zero
/// points, a permutation, each a tensor of its own. Safe to read from many threads at once.
/// </summary>
public interface IWeightSource
{
    /// <summary>Path of the file that holds the codes, for messages.</summary>
    string File { get; }

    /// <summary>The module's name, such as model.layers.0.self_attn.q_proj.</summary>
    string Name { get; }

    /// <summary>Outputs; of a stack of experts, those of all experts one after the other.</summary>
    int Rows { get; }

    /// <summary>Inputs.</summary>
    int Columns { get; }

    /// <summary>
    /// The narrowest of F32, F16 and BF16 that holds every decoded value exactly: the type in which the format's own tool computes them.
    /// Loaded weights are kept in it.
    /// </summary>
    QuantType ValueType { get; }

    /// <summary>Names of the tensors that the weights are made of: a reader can tell which of the file nobody asked for.</summary>
    IReadOnlyList<string> Tensors { get; }

    /// <summary>
    /// Decodes consecutive rows to the values that the format's own tool gives, to the bit. Callers ask for runs of rows (8 to 64 where
    /// they can), in no certain order.
    /// </summary>
    /// <param name="first">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="values">Whole rows: a multiple of <see cref="Columns"/> values, as many rows as fit.</param>
    /// <exception cref="ArgumentException">Rows that do not exist, or a part of a row.</exception>
    /// <exception cref="ModelFormatException">A scale or weight that is not finite, or a file that has become shorter.</exception>
    void DecodeRows(int first, Span<float> values);

    /// <summary>
    /// The same integers as blocks of a GGML type, where one fits; null otherwise. Reads all scales to find out, so keep the result.
    /// </summary>
    /// <exception cref="ModelFormatException">A scale or zero point is not finite.</exception>
    IBlockRows? AsBlocks() => null;
}
