using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>Encodes rows of weights to one type. Not for several threads at once: it keeps its scratch memory.</summary>
public abstract class RowEncoder
{
    private readonly QuantTypeInfo _type;

    /// <summary>Made by <see cref="RowEncoders"/>.</summary>
    /// <param name="type">The type of the blocks.</param>
    private protected RowEncoder(QuantTypeInfo type) => _type = type;

    /// <summary>Encodes one row.</summary>
    /// <param name="row">Finite numbers, whole blocks of them.</param>
    /// <param name="importance">How much each column counts, finite and at least 0; empty where nothing is known.</param>
    /// <param name="blocks">Receives exactly the row's blocks.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks)
    {
        if (row.Length % _type.BlockElements != 0 || blocks.Length != _type.RowBytes(row.Length))
            throw new ArgumentException($"{row.Length} values for {blocks.Length} bytes of {_type.Name}.", nameof(blocks));
        if (!importance.IsEmpty && importance.Length != row.Length)
            throw new ArgumentException($"{importance.Length} importances for {row.Length} values.", nameof(importance));
        EncodeRow(row, importance, blocks);
    }

    /// <summary>Encodes one row whose lengths are right.</summary>
    private protected abstract void EncodeRow(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks);
}
