namespace Engine.Quantization.Methods;

/// <summary>Values in blocks, each scaled to its largest magnitude, as codes of a codebook: x = level · magnitude.</summary>
/// <param name="Codes">One per value.</param>
/// <param name="Magnitudes">One per block.</param>
/// <param name="BlockSize">Values of a block; the last may have fewer.</param>
/// <param name="Codebook">What the codes mean.</param>
public sealed record CodebookBlocks(byte[] Codes, float[] Magnitudes, int BlockSize, Codebook Codebook)
{
    /// <summary>Quantizes values.</summary>
    /// <param name="values">Finite values, of all rows in one sequence.</param>
    /// <param name="codebook">The levels.</param>
    /// <param name="blockSize">Values of a block; 64 is usual for 4 bits, 256 for 8.</param>
    /// <exception cref="ArgumentException">A value that is not finite.</exception>
    public static CodebookBlocks Quantize(ReadOnlySpan<float> values, Codebook codebook, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(codebook);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        FiniteValues.Require(values, nameof(values));
        var codes = new byte[values.Length];
        var magnitudes = new float[(values.Length + blockSize - 1) / blockSize];
        for (int i = 0; i < values.Length; i++)
        {
            ref float magnitude = ref magnitudes[i / blockSize];
            magnitude = MathF.Max(magnitude, MathF.Abs(values[i]));
        }
        for (int i = 0; i < values.Length; i++)
        {
            float magnitude = magnitudes[i / blockSize];
            codes[i] = codebook.Quantize(magnitude > 0 ? values[i] / magnitude : 0);
        }
        return new CodebookBlocks(codes, magnitudes, blockSize, codebook);
    }

    /// <summary>The values that the codes stand for.</summary>
    public float[] Decode()
    {
        var values = new float[Codes.Length];
        for (int i = 0; i < values.Length; i++) values[i] = Codebook.Levels[Codes[i]] * Magnitudes[i / BlockSize];
        return values;
    }
}
