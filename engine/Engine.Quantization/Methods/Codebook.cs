namespace Engine.Quantization.Methods;

/// <summary>Levels between -1 and 1 that a code stands for, as bitsandbytes has them.</summary>
public sealed class Codebook
{
    private readonly float[] _levels;
    private readonly byte[] _codes;
    private readonly float[] _middles;

    private Codebook(float[] levels)
    {
        _levels = levels;
        // OrderBy is stable: of the two zeros of FP4 the one with the lower code comes first.
        _codes = [.. Enumerable.Range(0, levels.Length).OrderBy(code => levels[code]).Select(code => (byte)code)];
        _middles = new float[levels.Length - 1];
        for (int i = 0; i < _middles.Length; i++) _middles[i] = (levels[_codes[i]] + levels[_codes[i + 1]]) / 2;
    }

    /// <summary>
    /// NF4: the means of 16 parts of the normal distribution with equal weight, zero among them, scaled to 1 (QLoRA, arXiv:2305.14314,
    /// appendix E).
    /// </summary>
    public static Codebook NF4 { get; } = new(
    [
        -1f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f,
        -0.09105003625154495f, 0f, 0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f,
        0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1f,
    ]);

    /// <summary>FP4 of bitsandbytes, whose codes are in no order: sign, then 0, 1/192, 8/12, 1, 4/12, 6/12, 2/12, 3/12.</summary>
    public static Codebook FP4 { get; } = new(
    [
        0f, 0.0625f / 12, 8f / 12, 1f, 4f / 12, 6f / 12, 2f / 12, 3f / 12,
        -0f, -0.0625f / 12, -8f / 12, -1f, -4f / 12, -6f / 12, -2f / 12, -3f / 12,
    ]);

    /// <summary>
    /// The dynamic 8-bit type (Dettmers et al., arXiv:2110.02861): a decimal exponent of one to seven bits, the rest of them the fraction.
    /// Double quantization keeps the scales of blocks in it.
    /// </summary>
    public static Codebook Dynamic8 { get; } = new(DynamicLevels());

    /// <summary>The level of each code.</summary>
    public ReadOnlySpan<float> Levels => _levels;

    /// <summary>The code whose level is nearest; halfway between two the lower level.</summary>
    /// <param name="value">A value; beyond the outermost levels theirs is taken, and the lowest for NaN.</param>
    public byte Quantize(float value)
    {
        int below = 0, end = _middles.Length;
        while (below < end)
        {
            int middle = (below + end) / 2;
            if (value > _middles[middle]) below = middle + 1;
            else end = middle;
        }
        return _codes[below];
    }

    private static float[] DynamicLevels()
    {
        const int ExponentBits = 7;
        var levels = new List<float> { 0, 1 };
        for (int exponent = 0; exponent < ExponentBits; exponent++)
        {
            // 2^exponent means of equal parts of 0.1 to 1, times the power of ten.
            int parts = 1 << exponent;
            float power = (float)Math.Pow(10, exponent - (ExponentBits - 1));
            for (int part = 0; part < parts; part++)
            {
                float mean = (Boundary(part, parts) + Boundary(part + 1, parts)) / 2;
                levels.Add(power * mean);
                levels.Add(-power * mean);
            }
        }
        levels.Sort();
        return [.. levels];
    }

    /// <summary>One of parts + 1 equally distant values from 0.1 to 1, with the roundings of torch.linspace, which made the tables in use.</summary>
    private static float Boundary(int part, int parts)
    {
        float step = (1f - 0.1f) / parts;
        return part < (parts + 1) / 2 ? MathF.FusedMultiplyAdd(step, part, 0.1f) : MathF.FusedMultiplyAdd(-step, parts - part, 1f);
    }
}
