using Engine.Quantization.Gptq;
using Xunit;

namespace Engine.Quantization.Tests.Gptq;

public class GptqQuantizerTests
{
    private const int Rows = 19, Columns = 384;

    private static readonly float[] Weights = Normal(1, Rows * Columns, 0.1f);
    private static readonly double[] Correlated = CorrelatedHessian();

    public static TheoryData<int, bool, GptqOrder, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, bool, GptqOrder, bool>();
            foreach (int group in new[] { 32, 96, 192, -1 })
            {
                foreach (GptqOrder order in Enum.GetValues<GptqOrder>())
                {
                    cases.Add(group, true, order, true);
                    cases.Add(group, false, order, false);
                }
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_output_error_is_well_below_that_of_plain_rounding(int group, bool symmetric, GptqOrder order, bool isStatic)
    {
        var options = new GptqOptions { GroupSize = group, Symmetric = symmetric, Order = order, StaticGroups = isStatic };
        GptqResult plain = GptqQuantizer.Quantize(Weights, Columns, Identity(), options);
        GptqResult result = GptqQuantizer.Quantize(Weights, Columns, Correlated, options);
        Assert.False(result.IsPlain);
        Assert.InRange(OutputError(result), 0, 0.75 * OutputError(plain));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_result(int group, bool symmetric, GptqOrder order, bool isStatic)
    {
        var options = new GptqOptions { GroupSize = group, Symmetric = symmetric, Order = order, StaticGroups = isStatic };
        GptqResult one = GptqQuantizer.Quantize(Weights, Columns, Correlated, options);
        GptqResult three = GptqQuantizer.Quantize(Weights, Columns, Correlated, options, threads: 3);
        Assert.Equal(one.Codes, three.Codes);
        Assert.Equal(one.Scales, three.Scales);
        Assert.Equal(one.Loss, three.Loss);
    }

    [Fact]
    public void Columns_that_are_independent_are_rounded_to_the_nearest_level()
    {
        GptqResult result = GptqQuantizer.Quantize(Weights, Columns, Identity(), new GptqOptions { GroupSize = 32 });
        var row = new float[Columns];
        for (int r = 0; r < Rows; r++)
        {
            result.DecodeRow(r, row);
            for (int c = 0; c < Columns; c++)
            {
                float step = result.Scales[r * result.Groups + result.GroupOfColumn[c]];
                // The largest weight of a positive sign is half a step beyond the last level.
                Assert.InRange(MathF.Abs(row[c] - Weights[r * Columns + c]), 0, step * 0.5005f + step * 0.01f);
            }
        }
    }

    [Fact]
    public void A_column_that_no_input_reaches_becomes_zero_and_costs_nothing()
    {
        double[] hessian = [.. Correlated];
        for (int i = 0; i < Columns; i++) hessian[5 * Columns + i] = hessian[i * Columns + 5] = 0;
        GptqResult result = GptqQuantizer.Quantize(Weights, Columns, hessian, new GptqOptions { GroupSize = 32 });
        var row = new float[Columns];
        result.DecodeRow(0, row);
        Assert.Equal(0f, row[5]);
    }

    [Fact]
    public void A_matrix_without_rows_has_groups_and_nothing_else()
    {
        GptqResult result = GptqQuantizer.Quantize(ReadOnlyMemory<float>.Empty, Columns, Correlated, new GptqOptions { GroupSize = 32 });
        Assert.Empty(result.Codes);
        Assert.Equal(Columns / 32, result.Groups);
    }

    [Fact]
    public void Subnormal_weights_have_scales_above_zero()
    {
        var options = new GptqOptions { GroupSize = -1, HalfScales = false };
        GptqResult result = GptqQuantizer.Quantize(new[] { float.Epsilon, 0 }, 2, new double[] { 1, 0, 0, 1 }, options);
        Assert.All(result.Scales, scale => Assert.True(scale > 0));
    }

    [Fact]
    public void Damping_grows_until_the_Hessian_is_positive_definite()
    {
        // Eigenvalues 1 + r and 1 - r; positive from a damping of 0.1 on.
        double[] hessian = [1, 1.1, 1.1, 1];
        GptqResult result = GptqQuantizer.Quantize(new float[] { 1, 2 }, 2, hessian, new GptqOptions { GroupSize = -1 });
        Assert.InRange(result.Damping, 0.1, 0.12);
    }

    [Fact]
    public void A_Hessian_that_no_damping_helps_leaves_plain_rounding()
    {
        double[] hessian = [.. Correlated];
        hessian[0] = double.NaN;
        var options = new GptqOptions { GroupSize = 32, DampingStep = 0.3, Order = GptqOrder.Natural };
        GptqResult result = GptqQuantizer.Quantize(Weights, Columns, hessian, options);
        Assert.True(result.IsPlain);
        Assert.Equal(0, result.Loss);
        GptqResult plain = GptqQuantizer.Quantize(Weights, Columns, Identity(), options);
        Assert.Equal(plain.Codes, result.Codes);
    }

    [Fact]
    public void A_group_of_zeros_stays_zero()
    {
        GptqResult result = GptqQuantizer.Quantize(new float[64], 64, Identity(64), new GptqOptions { GroupSize = 32, Symmetric = false });
        var row = new float[64];
        result.DecodeRow(0, row);
        Assert.All(row, weight => Assert.Equal(0f, weight));
        Assert.All(result.Scales, scale => Assert.True(scale > 0));
    }

    [Fact]
    public void A_searched_range_loses_less_than_the_whole_one_where_one_weight_stands_out()
    {
        float[] weights = Normal(3, 512, 0.1f);
        weights[7] = 0.6f;
        var options = new GptqOptions { GroupSize = -1, Bits = 3, Order = GptqOrder.Natural };
        double whole = GptqQuantizer.Quantize(weights, 512, Identity(512), options).Loss;
        double searched = GptqQuantizer.Quantize(weights, 512, Identity(512), options with { RangeNorm = 2 }).Loss;
        Assert.InRange(searched, 0, whole * 0.99);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        var options = new GptqOptions();
        Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(new float[10], 4, new double[16], options with { GroupSize = -1 }));
        Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(new float[8], 4, new double[9], options with { GroupSize = -1 }));
        Assert.Throws<ArgumentException>(() => GptqQuantizer.Quantize(new float[8], 4, new double[16], options with { GroupSize = 3 }));
        Assert.Throws<ArgumentException>(
            () => GptqQuantizer.Quantize(new float[] { 1, float.NaN }, 2, new double[4], options with { GroupSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GptqQuantizer.Quantize(new float[4], 4, new double[16], options with { Bits = 9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => GptqQuantizer.Quantize(new float[4], 4, new double[16], options with { Damping = 1 }));
    }

    /// <summary>trace E H Eᵀ.</summary>
    private static double OutputError(GptqResult result)
    {
        var row = new float[Columns];
        double sum = 0;
        for (int r = 0; r < Rows; r++)
        {
            result.DecodeRow(r, row);
            for (int i = 0; i < Columns; i++)
            {
                double product = 0;
                for (int j = 0; j < Columns; j++) product += Correlated[i * Columns + j] * (row[j] - Weights[r * Columns + j]);
                sum += product * (row[i] - Weights[r * Columns + i]);
            }
        }
        return sum;
    }

    private static double[] CorrelatedHessian()
    {
        var hessian = new Hessian(Columns);
        float[] mix = Normal(5, 24 * Columns, 1);
        for (int n = 0; n < 500; n++)
        {
            float[] input = Normal(100 + n, Columns, 0.5f), few = Normal(1000 + n, 24, 0.3f);
            for (int c = 0; c < Columns; c++)
            {
                for (int k = 0; k < 24; k++) input[c] += few[k] * mix[k * Columns + c];
                if (c % 50 == 0) input[c] *= 5;
            }
            hessian.Add(input);
        }
        return hessian.ToArray();
    }

    private static double[] Identity(int n = Columns)
    {
        var matrix = new double[n * n];
        for (int i = 0; i < n; i++) matrix[i * n + i] = 1;
        return matrix;
    }

    private static float[] Normal(int seed, int count, float deviation)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
