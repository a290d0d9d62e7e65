namespace Engine.Quantization.Budget;

/// <summary>What a quantized model may take.</summary>
public sealed record SizeTarget
{
    private SizeTarget(double bitsPerWeight, long? fileBytes) => (BitsPerWeight, FileBytes) = (bitsPerWeight, fileBytes);

    /// <summary>The most bits per weight on average over all tensors, scales included; where <see cref="FileBytes"/> is null.</summary>
    public double BitsPerWeight { get; }

    /// <summary>The most bytes of the files together, headers and padding included; null where bits per weight are the target.</summary>
    public long? FileBytes { get; }

    /// <summary>A target in bits per weight.</summary>
    public static SizeTarget OfBits(double bitsPerWeight) => new(bitsPerWeight, null);

    /// <summary>A target in bytes.</summary>
    public static SizeTarget OfBytes(long fileBytes) => new(0, fileBytes);
}
