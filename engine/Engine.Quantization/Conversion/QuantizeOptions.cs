using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Conversion;

/// <summary>What to do with a model.</summary>
public sealed record QuantizeOptions
{
    /// <summary>The file type asked for.</summary>
    public required FileType FileType { get; init; }

    /// <summary>What differs from the file type's own choice.</summary>
    public MixOptions Mix { get; init; } = new();

    /// <summary>How much the columns of each tensor count; null for no importance matrix.</summary>
    public ITensorImportance? Importance { get; init; }

    /// <summary>Whether weights that are quantized already may be quantized again, which loses more than once.</summary>
    public bool AllowRequantize { get; init; }

    /// <summary>Whether a tensor that cannot take the type asked for ends the run instead of taking another.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether weights are rounded as ggml's reference does, without search; for comparisons.</summary>
    public bool Reference { get; init; }

    /// <summary>What becomes of a tensor with infinite weights or NaNs: kept in half precision, or an error.</summary>
    public bool KeepNonFinite { get; init; }

    /// <summary>Threads, 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes that the buffers may take, at least <see cref="LeastMemory"/>.</summary>
    public long MemoryLimit { get; init; } = 1L << 30;

    /// <summary>Metadata that is set or replaced.</summary>
    public IReadOnlyDictionary<string, GgufValue> Overrides { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>Whether the output has the parts of the input.</summary>
    public bool KeepSplit { get; init; }

    /// <summary>Most bytes of tensors in a part of the output; 0 for one file.</summary>
    public long SplitSize { get; init; }

    /// <summary>The least <see cref="MemoryLimit"/>: what the runtime itself takes, and buffers for a few rows.</summary>
    public const long LeastMemory = 128L << 20;
}
