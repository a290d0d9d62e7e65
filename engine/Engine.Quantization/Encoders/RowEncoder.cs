using Engine.Formats;

namespace Engine.Quantization.Encoders;

/// <summary>Encodes rows of weights to one type. Not for several threads at once: it keeps its scratch memory.</summary>
public abstract class RowEncoder
{
    /// <summary>Encodes one row.</summary>
    /// <param name="row">Finite numbers, whole blocks of them.</param>
    /// <param name="importance">How much each column counts, at least 0; empty where nothing is known.</param>
    /// <param name="blocks">Receives exactly the row's blocks.</param>
    public abstract void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks);
}
