namespace Engine.Quantization.Ptq;

/// <summary>The levels of one range: turns values into codes and back.</summary>
public abstract class QuantGrid
{
    /// <summary>The code of the level that stands for a value; values outside the range get an end's code, NaN that of zero.</summary>
    public abstract int Quantize(float value);

    /// <summary>The level of a code.</summary>
    public abstract float Dequantize(int code);

    /// <summary>The level that stands for a value.</summary>
    public float Round(float value) => Dequantize(Quantize(value));

    /// <summary>The grid of a scheme over a range.</summary>
    /// <param name="scheme">Which levels.</param>
    /// <param name="bits">Bits of a code, 2 to 8.</param>
    /// <param name="range">What is to be represented.</param>
    public static QuantGrid Of(QuantScheme scheme, int bits, ValueRange range) => scheme switch
    {
        QuantScheme.Symmetric => AffineGrid.Symmetric(range.Magnitude, bits),
        QuantScheme.Asymmetric => AffineGrid.Asymmetric(range, bits),
        QuantScheme.Logarithmic => new LogarithmicGrid(range.Magnitude, bits),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme), scheme, "No such scheme."),
    };
}
