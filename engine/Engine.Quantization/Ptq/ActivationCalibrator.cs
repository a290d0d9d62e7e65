using Engine.Kernels;

namespace Engine.Quantization.Ptq;

/// <summary>
/// Static ranges of activations: watches the inputs of a linear map while a calibration text is read and fixes one grid for all tokens to
/// come. A dynamic range needs no calibration: it is that of a <see cref="QuantizedTensor"/> made of the activations themselves.
/// </summary>
public sealed class ActivationCalibrator : IInputObserver
{
    /// <summary>What has been seen.</summary>
    public ValueHistogram Histogram { get; } = new();

    /// <inheritdoc/>
    public void Observe(Activation input)
    {
        ArgumentNullException.ThrowIfNull(input);
        for (int row = 0; row < input.Rows; row++) Histogram.Add(input.Row(row));
    }

    /// <summary>The grid of everything seen so far; its granularity is the tensor.</summary>
    /// <param name="options">Bits, scheme and calibration.</param>
    public QuantGrid Grid(PtqOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return QuantGrid.Of(options.Scheme, options.Bits, RangeFinder.Find(Histogram, options));
    }
}
