namespace Engine.Quantization.Gptq;

/// <summary>A quantized matrix: w[r, c] = scale[r, g] (code[r, c] - zero[r, g]) with g the group of column c.</summary>
/// <param name="Codes">[rows, columns], 0 to 2^bits - 1.</param>
/// <param name="Scales">[rows, groups], above 0.</param>
/// <param name="Zeros">[rows, groups], 0 to 2^bits - 1.</param>
/// <param name="GroupOfColumn">The group of each column.</param>
/// <param name="Order">The columns in the order in which they were quantized.</param>
/// <param name="Loss">Σ (w - ŵ)² / (2 U²) over all weights: what the quantization adds to the output error, to second order.</param>
/// <param name="Damping">The damping that made the Hessian positive definite; NaN where none did and weights were rounded plainly.</param>
public sealed record GptqResult(
    byte[] Codes, float[] Scales, byte[] Zeros, int[] GroupOfColumn, int[] Order, double Loss, double Damping)
{
    /// <summary>Whether no damping below 1 made the Hessian positive definite: the weights are rounded plainly.</summary>
    public bool IsPlain => double.IsNaN(Damping);

    /// <summary>The number of groups of a row.</summary>
    public int Groups { get; } = GroupOfColumn.Length == 0 ? 0 : GroupOfColumn.Max() + 1;

    /// <summary>The weights of a row.</summary>
    public void DecodeRow(int row, Span<float> weights)
    {
        int columns = GroupOfColumn.Length, groups = Groups;
        for (int c = 0; c < columns; c++)
        {
            int group = row * groups + GroupOfColumn[c];
            weights[c] = Scales[group] * (Codes[row * columns + c] - Zeros[group]);
        }
    }
}
