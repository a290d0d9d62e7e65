using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Norms against their definitions in doubles.</summary>
public sealed class NormTests
{
    [Theory]
    [InlineData(NormKind.Rms, 1)]
    [InlineData(NormKind.Rms, 7)]
    [InlineData(NormKind.Rms, 64)]
    [InlineData(NormKind.Rms, 577)]
    [InlineData(NormKind.Layer, 7)]
    [InlineData(NormKind.Layer, 64)]
    [InlineData(NormKind.Layer, 577)]
    public void A_row_is_divided_by_its_root_mean_square_or_deviation(NormKind kind, int length)
    {
        (float[] input, float[] weight, float[] bias) = (Values(length, 1), Values(length, 2), Values(length, 3));
        var output = new float[length];
        NormKernel.Apply(new Norm(kind, 1e-5f, weight, bias), input, output);
        double mean = kind == NormKind.Layer ? input.Average(x => (double)x) : 0;
        double root = Math.Sqrt(input.Average(x => (x - mean) * (x - mean)) + 1e-5);
        for (int i = 0; i < length; i++) Assert.Equal((input[i] - mean) / root * weight[i] + bias[i], output[i], 5e-6);
    }

    [Fact]
    public void Heads_are_normalised_one_by_one_with_shared_or_own_weights()
    {
        float[] input = Values(24, 1), shared = Values(8, 2), own = Values(24, 3);
        float[] output = new float[24], single = new float[8];
        NormKernel.Apply(new Norm(NormKind.Rms, 1e-6f, shared, groupSize: 8), input, output);
        for (int head = 0; head < 3; head++)
        {
            NormKernel.Apply(new Norm(NormKind.Rms, 1e-6f, shared), input.AsSpan(head * 8, 8), single);
            Assert.Equal(single, output[(head * 8)..(head * 8 + 8)]);
        }
        NormKernel.Apply(new Norm(NormKind.Layer, 1e-6f, own, groupSize: 8), input, output);
        NormKernel.Apply(new Norm(NormKind.Layer, 1e-6f, own[8..16]), input.AsSpan(8, 8), single);
        Assert.Equal(single, output[8..16]);
    }

    [Fact]
    public void Rows_of_zeros_stay_zero_and_large_rows_stay_finite()
    {
        float[] weight = [.. Enumerable.Repeat(1f, 16)], output = new float[16];
        foreach (NormKind kind in Enum.GetValues<NormKind>())
        {
            NormKernel.Apply(new Norm(kind, 1e-6f, weight), new float[16], output);
            Assert.All(output, value => Assert.Equal(0f, value));
            NormKernel.Apply(new Norm(kind, 1e-6f, weight), [.. Enumerable.Range(0, 16).Select(i => i % 2 == 0 ? 1e18f : -1e18f)], output);
            Assert.All(output, value => Assert.Equal(1f, MathF.Abs(value), 1e-5f));
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_in_any_batch_and_on_any_number_of_threads()
    {
        float[][] rows = [.. Enumerable.Range(0, 200).Select(seed => Values(300, seed))];
        var norm = new Norm(NormKind.Rms, 1e-5f, Values(300, 1000));
        using Activation all = ActivationTests.Rows(rows), output = new(200, 300);
        foreach (int threads in (int[])[1, 2, 3])
        {
            using var pool = new WorkerPool(threads);
            using var device = new CpuDevice(pool, new MatMulContext(pool, Arithmetic.Exact));
            device.Normalize(all, norm, output);
            for (int row = 0; row < rows.Length; row++)
            {
                var single = new float[300];
                NormKernel.Apply(norm, rows[row], single);
                Assert.Equal(single, output.Row(row));
            }
        }
    }

    private static float[] Values(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 4 - 1.5f)];
    }
}
