using System.Numerics;
using Xunit;

namespace Engine.Kernels.Tests.AttentionKernel;

public sealed class HadamardTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(512)]
    public void The_transform_is_the_matrix_of_signs_over_the_root(int size)
    {
        var random = new Random(size);
        float[] values = [.. Enumerable.Range(0, 3 * size).Select(_ => random.NextSingle() - 0.5f)];
        float[] actual = [.. values];
        Hadamard.Transform(actual, size);
        for (int i = 0; i < values.Length; i++)
        {
            int run = i / size * size;
            double expected = 0;
            for (int j = 0; j < size; j++)
                expected += values[run + j] * ((BitOperations.PopCount((uint)(j & (i % size))) & 1) == 0 ? 1 : -1) / Math.Sqrt(size);
            Assert.Equal(expected, actual[i], 1e-5);
        }
        Hadamard.Transform(actual, size);
        for (int i = 0; i < values.Length; i++) Assert.Equal(values[i], actual[i], 1e-6f);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(128, 128)]
    [InlineData(192, 64)]
    [InlineData(256, 256)]
    [InlineData(576, 64)]
    [InlineData(80, 0)]
    [InlineData(96, 0)]
    [InlineData(32, 0)]
    public void The_longest_power_of_two_that_divides_the_head_is_taken(int headSize, int expected) =>
        Assert.Equal(expected, Hadamard.SizeFor(headSize));
}
