using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Quantization.Encoders;

/// <summary>Makes the encoder of a type.</summary>
public static class RowEncoders
{
    /// <summary>Whether there is an encoder for the type.</summary>
    public static bool CanEncode(QuantType type) => QuantTypes.Get(type).CanEncode || Searches(type, SearchEffort.Default) is not null;

    /// <summary>Makes an encoder.</summary>
    /// <param name="type">What to encode to.</param>
    /// <param name="reference">Whether ggml's plain rounding is wanted where the type has such a reference.</param>
    /// <exception cref="NotSupportedException">There is no encoder for the type.</exception>
    public static RowEncoder Make(QuantType type, bool reference = false)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        if (reference && info.CanEncode) return new ReferenceEncoder(info);
        RowEncoder? search = Searches(type, SearchEffort.Default);
        if (search is null && !info.CanEncode) throw new NotSupportedException($"There is no encoder for {info.Name}.");
        return search ?? new ReferenceEncoder(info);
    }

    private static RowEncoder? Searches(QuantType type, SearchEffort effort) => type switch
    {
        QuantType.Q4_0 => new ScaledBlockEncoder<Q4_0>(effort),
        QuantType.Q5_0 => new ScaledBlockEncoder<Q5_0>(effort),
        QuantType.Q8_0 => new ScaledBlockEncoder<Q8_0>(effort),
        QuantType.Q4_1 => new OffsetBlockEncoder<Q4_1>(effort),
        QuantType.Q5_1 => new OffsetBlockEncoder<Q5_1>(effort),
        QuantType.Q2_K => new OffsetSuperBlockEncoder<Q2_K>(effort),
        QuantType.Q3_K => new ScaledSuperBlockEncoder<Q3_K>(effort),
        QuantType.Q4_K => new OffsetSuperBlockEncoder<Q4_K>(effort),
        QuantType.Q5_K => new OffsetSuperBlockEncoder<Q5_K>(effort),
        QuantType.Q6_K => new ScaledSuperBlockEncoder<Q6_K>(effort),
        _ => null,
    };
}
