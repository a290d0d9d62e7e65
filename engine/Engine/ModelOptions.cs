using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;

namespace Engine;

/// <summary>How a model is loaded and computed.</summary>
public sealed record ModelOptions
{
    /// <summary>Threads that compute; 0: one for each processor that the program may use.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether activations stay F32 and weights are dequantised, which is slower: the reference for everything faster. Otherwise
    /// activations are quantised as the weights' types ask for.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>Whether weights are rearranged for speed while they are loaded; the file is not needed afterwards.</summary>
    public bool Repack { get; init; } = true;

    /// <summary>
    /// Whether the file is mapped into memory and weights that are not rearranged stay there. Nobody may truncate the file meanwhile.
    /// </summary>
    public bool Mapped { get; init; }

    /// <summary>
    /// Metadata that stands in place of the file's: for a file whose metadata is wrong, or to try what another value does.
    /// </summary>
    public IReadOnlyDictionary<string, GgufValue> MetadataOverrides { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>
    /// In which numbers sessions keep keys and values, unless they ask for others. Types left open are F16, or F32 where the model computes
    /// exactly.
    /// </summary>
    public KvCacheOptions Cache { get; init; } = new();

    /// <summary>What a session's wishes (null: those of <see cref="Cache"/>) come to, with types in place of those left open.</summary>
    public KvCacheOptions CacheFor(KvCacheOptions? session) => (session ?? Cache).Or(Exact ? QuantType.F32 : QuantType.F16);

    /// <summary>
    /// How to open a model's file or folder that is loaded with these options. Exact arithmetic multiplies by the floats that a quantized
    /// checkpoint's tool computes, the fast one by its integers where a kernel takes them.
    /// </summary>
    public GgufOpenOptions ToOpenOptions() => new() { Mapped = Mapped, Overrides = MetadataOverrides, IntegerBlocks = !Exact };

    /// <summary>The most tokens that are computed at once, 1 to 4096. More use more memory.</summary>
    public int BatchSize { get; init; } = 512;
}
