namespace Engine.Formats.Gguf;

/// <summary>How to open a GGUF file.</summary>
public sealed record GgufOpenOptions
{
    /// <summary>
    /// Whether the file is mapped into memory, so that <see cref="ITensorData.Address"/> is set. Nobody may truncate a mapped file while
    /// it is read through an address: the process would end.
    /// </summary>
    public bool Mapped { get; init; }

    /// <summary>Metadata that stands in place of the file's, or beside it where the file has no such key.</summary>
    public IReadOnlyDictionary<string, GgufValue> Overrides { get; init; } = new Dictionary<string, GgufValue>();
}
