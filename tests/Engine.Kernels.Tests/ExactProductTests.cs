using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

public sealed class ExactProductTests : IDisposable
{
    private readonly WorkerPool _pool = new(2);
    private readonly MatMulContext _context;

    public ExactProductTests() => _context = new MatMulContext(_pool, Arithmetic.Exact);

    public void Dispose()
    {
        _context.Dispose();
        _pool.Dispose();
    }

    public static TheoryData<QuantType> Types => MatrixTests.Types;

    /// <summary>A chain of k fused multiply-adds is off by at most k roundings of 2^-24 relative to the sum of magnitudes.</summary>
    [Theory, MemberData(nameof(Types))]
    public void Outputs_lie_within_the_roundings_of_the_double_sum(QuantType type)
    {
        using var weights = new Weights(type, 19, 768, mapped: true);
        using Matrix matrix = weights.Load(_pool);
        using Matrix mapped = weights.Load(_pool, repack: false);
        float[][] input = Product.Inputs(7, 768);
        float[][] output = Product.Of(matrix, input, _context);
        for (int row = 0; row < 19; row++)
        {
            float[] w = weights.Decode(row);
            for (int t = 0; t < input.Length; t++)
            {
                double sum = 0, magnitude = 0;
                float chain = 0;
                for (int k = 0; k < w.Length; k++)
                {
                    sum += (double)w[k] * input[t][k];
                    magnitude += Math.Abs((double)w[k] * input[t][k]);
                    chain = MathF.FusedMultiplyAdd(w[k], input[t][k], chain);
                }
                Assert.InRange(output[t][row], sum - 768 * Math.Pow(2, -24) * magnitude, sum + 768 * Math.Pow(2, -24) * magnitude);
                Assert.Equal(chain, output[t][row]);
            }
        }
        float[][] mappedOutput = Product.Of(mapped, input, _context);
        for (int t = 0; t < input.Length; t++) Bits.AssertEqual(output[t], mappedOutput[t]);
    }

    [Fact]
    public void The_last_rows_and_odd_columns_count()
    {
        foreach (int columns in (int[])[1, 31, 300])
            for (int rows = 1; rows <= 17; rows++)
            {
                using var weights = new Weights(QuantType.BF16, rows, columns, seed: rows);
                using Matrix matrix = weights.Load(_pool);
                float[][] input = Product.Inputs(2, columns);
                float[][] output = Product.Of(matrix, input, _context);
                for (int row = 0; row < rows; row++)
                {
                    float[] w = weights.Decode(row);
                    for (int t = 0; t < 2; t++)
                    {
                        float chain = 0;
                        for (int k = 0; k < columns; k++) chain = MathF.FusedMultiplyAdd(w[k], input[t][k], chain);
                        Assert.Equal(chain, output[t][row]);
                    }
                }
            }
    }
}
