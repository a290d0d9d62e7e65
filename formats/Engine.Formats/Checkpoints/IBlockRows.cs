namespace Engine.Formats.Checkpoints;

/// <summary>
/// Weights of a checkpoint as blocks of a GGML type that holds the same integers: for kernels that multiply integers, and for GGUF files.
/// Safe to read from many threads at once.
/// </summary>
public interface IBlockRows
{
    /// <summary>The type of the blocks.</summary>
    QuantType Type { get; }

    /// <summary>
    /// Whether the blocks mean exactly the file's codes, scales and zero points. Otherwise some scale or offset is rounded to F16, by
    /// 2^-12 of its magnitude at most. (The format's own tool may round each product; blocks do not.)
    /// </summary>
    bool IsExact { get; }

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="first">Number of the first row.</param>
    /// <param name="blocks">Whole rows of blocks, as many as fit.</param>
    /// <exception cref="ArgumentException">Rows that do not exist, or a part of a row.</exception>
    /// <exception cref="ModelFormatException">The file has become shorter since it was opened.</exception>
    void ReadRows(int first, Span<byte> blocks);
}
