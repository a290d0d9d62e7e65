using Engine.Formats;

namespace Engine.Kernels;

/// <summary>In which numbers a <see cref="KvCache"/> keeps keys and values.</summary>
public sealed record KvCacheOptions
{
    /// <summary>
    /// The types that a cache can keep: F32, F16, BF16, and Q8_0, Q5_1, Q5_0, Q4_1, Q4_0, IQ4_NL for heads whose sizes are multiples of 32.
    /// </summary>
    public static IReadOnlyList<QuantType> Types { get; } = [.. Formats().Select(format => format.Info.Type)];

    /// <summary>Type of the keys; null: F16.</summary>
    public QuantType? KeyType { get; init; }

    /// <summary>Type of the values; null: F16.</summary>
    public QuantType? ValueType { get; init; }

    /// <summary>
    /// Whether keys (and queries) are turned by an orthonormal Hadamard transform, where the head's size is a multiple of 64; null: where that
    /// was measured to pay (docs/adr/0009-kv-cache.md).
    /// </summary>
    public bool? RotateKeys { get; init; }

    /// <summary>Whether values are turned in the same way, and turned back after attention; null: they are not.</summary>
    public bool? RotateValues { get; init; }

    /// <summary>The same with types in place of those left open.</summary>
    public KvCacheOptions Or(QuantType type) => this with { KeyType = KeyType ?? type, ValueType = ValueType ?? type };

    internal KvFormat KeyFormat => KvFormat.Of(KeyType ?? QuantType.F16);

    internal KvFormat ValueFormat => KvFormat.Of(ValueType ?? QuantType.F16);

    private static KvFormat[] Formats() => KvFormat.All.ToArray();
}
