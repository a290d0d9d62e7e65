namespace Engine.Formats.Gguf;

/// <summary>How to open a GGUF file.</summary>
public sealed record GgufOpenOptions
{
    /// <summary>
    /// Whether the file is mapped into memory, so that <see cref="ITensorData.Address"/> is set. Nobody may truncate a mapped file while
    /// it is read through an address: the process would end.
    /// </summary>
    public bool Mapped { get; init; }

    /// <summary>
    /// Whether a quantized checkpoint's weights are given as blocks of a GGML type where one holds the same integers, as the fast kernels
    /// take them; otherwise all are given as the floats that the format's own tool computes. Of a GGUF file it changes nothing.
    /// </summary>
    public bool IntegerBlocks { get; init; }

    /// <summary>Metadata that stands in place of the file's, or beside it where the file has no such key.</summary>
    public IReadOnlyDictionary<string, GgufValue> Overrides { get; init; } = new Dictionary<string, GgufValue>();
}
