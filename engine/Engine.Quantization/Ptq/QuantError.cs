namespace Engine.Quantization.Ptq;

/// <summary>How far quantized values lie from the original ones. Sums are in doubles.</summary>
public sealed class QuantError
{
    private double _errorSquares;
    private double _originalSquares;
    private double _quantizedSquares;
    private double _products;

    /// <summary>Values compared.</summary>
    public long Count { get; private set; }

    /// <summary>The largest difference.</summary>
    public double Maximum { get; private set; }

    /// <summary>Mean squared error.</summary>
    public double MeanSquare => Count == 0 ? 0 : _errorSquares / Count;

    /// <summary>Signal-to-noise ratio in decibels: 10 log10 of the original's power over the error's; infinite without an error.</summary>
    public double SignalToNoise => _errorSquares == 0 ? double.PositiveInfinity : 10 * Math.Log10(_originalSquares / _errorSquares);

    /// <summary>Cosine of the angle between both, 1 where both are zero.</summary>
    public double Cosine
    {
        get
        {
            double norms = Math.Sqrt(_originalSquares) * Math.Sqrt(_quantizedSquares);
            return norms > 0 ? _products / norms : _originalSquares == _quantizedSquares ? 1 : 0;
        }
    }

    /// <summary>Takes values and what became of them.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Add(ReadOnlySpan<float> original, ReadOnlySpan<float> quantized)
    {
        if (original.Length != quantized.Length) throw new ArgumentException($"{quantized.Length} values for {original.Length}.", nameof(quantized));
        for (int i = 0; i < original.Length; i++)
        {
            double x = original[i], y = quantized[i], error = x - y;
            _errorSquares += error * error;
            _originalSquares += x * x;
            _quantizedSquares += y * y;
            _products += x * y;
            Maximum = Math.Max(Maximum, Math.Abs(error));
        }
        Count += original.Length;
    }

    /// <summary>Takes what another has taken.</summary>
    public void Add(QuantError other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _errorSquares += other._errorSquares;
        _originalSquares += other._originalSquares;
        _quantizedSquares += other._quantizedSquares;
        _products += other._products;
        Maximum = Math.Max(Maximum, other.Maximum);
        Count += other.Count;
    }
}
