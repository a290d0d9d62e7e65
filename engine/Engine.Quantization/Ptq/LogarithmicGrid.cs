namespace Engine.Quantization.Ptq;

/// <summary>
/// Powers of two: x = sign(q) 2^(e + |q| - n), |q| = 1 to n with n = 2^(b-1) - 1, and 0 (Miyashita et al., arXiv:1603.01025). The largest
/// exponent e is that next to the range's end; a value takes the exponent round(log2 |x|), and zero where that is below the smallest.
/// </summary>
public sealed class LogarithmicGrid : QuantGrid
{
    private const int MostExponent = 127;

    private readonly int _levels;
    private readonly bool _empty;

    /// <summary>Makes the grid.</summary>
    /// <param name="magnitude">End of the range, 0 or more.</param>
    /// <param name="bits">Bits of a code, 2 to 8.</param>
    public LogarithmicGrid(float magnitude, int bits)
    {
        _levels = (1 << (bits - 1)) - 1;
        _empty = !(magnitude > 0);
        LargestExponent = _empty ? 0 : ExponentOf(magnitude);
    }

    /// <summary>Exponent of the largest level.</summary>
    public int LargestExponent { get; }

    /// <inheritdoc/>
    public override int Quantize(float value)
    {
        if (_empty || value == 0 || float.IsNaN(value)) return 0;
        int exponent = float.IsInfinity(value) ? LargestExponent : ExponentOf(MathF.Abs(value));
        int code = Math.Clamp(_levels - (LargestExponent - exponent), 0, _levels);
        return value < 0 ? -code : code;
    }

    /// <inheritdoc/>
    public override float Dequantize(int code) =>
        code == 0 ? 0 : Math.Sign(code) * MathF.ScaleB(1f, LargestExponent - _levels + Math.Abs(code));

    private static int ExponentOf(float magnitude) => (int)Math.Min(Math.Round(Math.Log2(magnitude)), MostExponent);
}
