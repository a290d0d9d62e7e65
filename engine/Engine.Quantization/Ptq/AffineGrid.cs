namespace Engine.Quantization.Ptq;

/// <summary>
/// Equal steps: x = s (q - z), q = clamp(round(x / s) + z) (Jacob et al., arXiv:1712.05877). Halves are rounded to the even code.
/// </summary>
public sealed class AffineGrid : QuantGrid
{
    private AffineGrid(float scale, int zeroPoint, int lowest, int highest) =>
        (Scale, ZeroPoint, Lowest, Highest) = (scale, zeroPoint, lowest, highest);

    /// <summary>s: the step. 0 where every value is zero.</summary>
    public float Scale { get; }

    /// <summary>z: the code of zero, which is exact.</summary>
    public int ZeroPoint { get; }

    /// <summary>The lowest code.</summary>
    public int Lowest { get; }

    /// <summary>The highest code.</summary>
    public int Highest { get; }

    /// <summary>s = magnitude / (2^(b-1) - 1), z = 0, codes from -(2^(b-1) - 1) to 2^(b-1) - 1.</summary>
    public static AffineGrid Symmetric(float magnitude, int bits)
    {
        int highest = (1 << (bits - 1)) - 1;
        return new AffineGrid(magnitude / highest, 0, -highest, highest);
    }

    /// <summary>
    /// s = (max - min) / (2^b - 1), z = round(-min / s), codes from 0 to 2^b - 1. A range without zero is extended to it.
    /// </summary>
    public static AffineGrid Asymmetric(ValueRange range, int bits)
    {
        float minimum = MathF.Min(0, range.Minimum), maximum = MathF.Max(0, range.Maximum);
        int highest = (1 << bits) - 1;
        // In halves, because the ends' difference may be beyond the largest float.
        float scale = 2 * (maximum / 2 - minimum / 2) / highest;
        if (!float.IsFinite(scale)) scale = maximum / highest - minimum / highest;
        int zero = scale > 0 ? (int)Math.Clamp(Math.Round(-(double)minimum / scale), 0, highest) : 0;
        return new AffineGrid(scale, zero, 0, highest);
    }

    /// <inheritdoc/>
    public override int Quantize(float value)
    {
        if (Scale == 0 || float.IsNaN(value)) return ZeroPoint;
        double code = Math.Round((double)value / Scale) + ZeroPoint;
        return (int)Math.Clamp(code, Lowest, Highest);
    }

    /// <inheritdoc/>
    public override float Dequantize(int code) =>
        (float)Math.Clamp((double)Scale * (code - ZeroPoint), float.MinValue, float.MaxValue);
}
