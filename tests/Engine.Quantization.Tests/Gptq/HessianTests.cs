using Engine.Quantization.Gptq;
using Xunit;

namespace Engine.Quantization.Tests.Gptq;

public class HessianTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 70)]
    [InlineData(17, 64)]
    [InlineData(48, 129)]
    public void The_sum_is_that_of_the_definition(int columns, int count)
    {
        float[][] inputs = Inputs(columns, count);
        double[] matrix = Sum(columns, inputs, threads: 1);
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double expected = 2.0 / count * inputs.Sum(x => (double)x[i] * x[j]);
                Assert.Equal(expected, matrix[i * columns + j], 1e-5);
            }
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        float[][] inputs = Inputs(50, 150);
        Assert.Equal(Sum(50, inputs, 1), Sum(50, inputs, 3));
    }

    [Fact]
    public void Looking_at_the_sum_does_not_change_what_follows()
    {
        float[][] inputs = Inputs(20, 100);
        var hessian = new Hessian(20);
        foreach (float[] input in inputs)
        {
            hessian.Add(input);
            if (hessian.Count % 30 == 0) Assert.Equal(hessian.ToArray(), hessian.ToArray());
        }
        Assert.Equal(Sum(20, inputs, 1), hessian.ToArray());
    }

    [Fact]
    public void Without_inputs_it_is_zero() => Assert.All(new Hessian(3).ToArray(), element => Assert.Equal(0, element));

    [Fact]
    public void An_input_of_another_length_is_refused() => Assert.Throws<ArgumentException>(() => new Hessian(3).Add(new float[4]));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(67)]
    [InlineData(130)]
    public void The_factor_is_that_of_the_inverse(int n)
    {
        double[] matrix = Sum(n, Inputs(n, 2 * n), 1);
        for (int i = 0; i < n; i++) matrix[i * n + i] += 0.01;
        double[] factor = InverseFactor.Of(matrix, n)!;
        Assert.Equal(factor, InverseFactor.Of(matrix, n, threads: 3)!);
        // H Uᵀ U = 1
        for (int i = 0; i < n; i++)
        {
            var product = new double[n];
            for (int k = 0; k < n; k++)
            {
                // (H Uᵀ)[i, k]
                double sum = 0;
                for (int j = k; j < n; j++) sum += matrix[i * n + j] * factor[k * n + j];
                for (int j = k; j < n; j++) product[j] += sum * factor[k * n + j];
                for (int j = 0; j < k; j++) Assert.Equal(0, factor[k * n + j]);
            }
            for (int j = 0; j < n; j++) Assert.Equal(i == j ? 1 : 0, product[j], 1e-8);
        }
    }

    [Fact]
    public void A_matrix_that_is_not_positive_definite_has_no_factor()
    {
        Assert.Null(InverseFactor.Of([1, 2, 2, 1], 2));
        Assert.Null(InverseFactor.Of([0], 1));
        Assert.Null(InverseFactor.Of([double.NaN], 1));
        Assert.Null(InverseFactor.Of([double.PositiveInfinity], 1));
    }

    private static double[] Sum(int columns, float[][] inputs, int threads)
    {
        var hessian = new Hessian(columns, threads);
        foreach (float[] input in inputs) hessian.Add(input);
        Assert.Equal(inputs.Length, hessian.Count);
        return hessian.ToArray();
    }

    private static float[][] Inputs(int columns, int count)
    {
        var random = new Random(columns);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextSingle() - 0.4f).ToArray())];
    }
}
