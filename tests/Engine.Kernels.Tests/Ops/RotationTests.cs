using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>RoPE against the rotation of its pairs.</summary>
public sealed class RotationTests
{
    [Theory]
    [InlineData(RopeLayout.Normal, 16, 16, 0)]
    [InlineData(RopeLayout.NeoX, 16, 16, 0)]
    [InlineData(RopeLayout.Normal, 20, 6, 0)]
    [InlineData(RopeLayout.NeoX, 20, 6, 0)]
    [InlineData(RopeLayout.Normal, 24, 8, 16)]
    [InlineData(RopeLayout.NeoX, 40, 32, 8)]
    [InlineData(RopeLayout.NeoX, 2, 2, 0)]
    public void Pairs_turn_by_their_angle_and_the_rest_stays(RopeLayout layout, int headSize, int dimensions, int offset)
    {
        const int Heads = 3;
        const float Magnitude = 1.25f;
        int[] positions = [0, 1, 17, 1000];
        double[] frequencies = [.. Enumerable.Range(0, dimensions / 2).Select(pair => Math.Pow(10000, -2.0 * pair / dimensions))];
        var random = new Random(5);
        float[] RandomRow() => [.. Enumerable.Range(0, Heads * headSize).Select(_ => random.NextSingle() - 0.5f)];
        float[][] rows = [.. positions.Select(_ => RandomRow())];
        using Activation input = ActivationTests.Rows(rows), output = new(positions.Length, Heads * headSize);
        var angles = new RopeAngles(positions.Length, dimensions, layout);
        for (int token = 0; token < positions.Length; token++) angles.Set(token, positions[token], frequencies, Magnitude);
        using var pool = new WorkerPool(1);
        using var device = new CpuDevice(pool, new MatMulContext(pool, Arithmetic.Exact));
        device.Rotate(input, angles, headSize, offset, output);
        for (int token = 0; token < positions.Length; token++)
        {
            float[] expected = [.. rows[token]];
            for (int head = 0; head < Heads; head++)
            {
                for (int pair = 0; pair < dimensions / 2; pair++)
                {
                    int start = head * headSize + offset;
                    (int a, int b) = layout == RopeLayout.NeoX
                        ? (start + pair, start + pair + dimensions / 2)
                        : (start + 2 * pair, start + 2 * pair + 1);
                    (double sine, double cosine) = Math.SinCos(positions[token] * frequencies[pair]);
                    expected[a] = (float)(Magnitude * (rows[token][a] * cosine - rows[token][b] * sine));
                    expected[b] = (float)(Magnitude * (rows[token][a] * sine + rows[token][b] * cosine));
                }
            }
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], output.Row(token)[i], 2e-7f);
        }
    }

    [Fact]
    public void An_odd_number_of_dimensions_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RopeAngles(1, 7, RopeLayout.NeoX));

    [Fact]
    public void Joined_heads_have_their_own_elements_and_then_the_shared_ones()
    {
        using var pool = new WorkerPool(1);
        using var device = new CpuDevice(pool, new MatMulContext(pool, Arithmetic.Exact));
        using Activation own = ActivationTests.Rows([1, 2, 3, 4], [5, 6, 7, 8]), shared = ActivationTests.Rows([9], [10]);
        using var output = new Activation(2, 6);
        device.JoinHeads(own, shared, 2, output);
        Assert.Equal([1, 2, 9, 3, 4, 9], output.Row(0));
        Assert.Equal([5, 6, 10, 7, 8, 10], output.Row(1));
    }
}
