namespace Engine.Formats.Gguf;

/// <summary>What the shape of a GGUF tensor may be.</summary>
internal static class GgufShape
{
    /// <summary>Most axes.</summary>
    public const int MostAxes = 4;

    /// <summary>Size of a tensor's data in bytes, or null where its elements or bytes exceed <see cref="long.MaxValue"/>.</summary>
    /// <param name="type">Encoding, whose block the row length is a multiple of.</param>
    /// <param name="shape">Lengths of the axes, each at least 1.</param>
    public static long? Bytes(QuantTypeInfo type, ReadOnlySpan<long> shape)
    {
        Int128 elements = 1;
        foreach (long length in shape)
        {
            elements *= length;
            if (elements > long.MaxValue) return null;
        }
        Int128 bytes = elements / type.BlockElements * type.BlockBytes;
        return bytes <= long.MaxValue ? (long)bytes : null;
    }
}
