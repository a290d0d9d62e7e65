using Engine.Quantization.Ptq;
using Xunit;

namespace Engine.Quantization.Tests.Ptq;

public sealed class QuantizedTensorTests
{
    private static readonly float[] Values = [0.1f, -0.7f, 0.3f, 2f, 4f, -1f, 0, 0, 0, 0, 7f, 1f];

    [Theory]
    [InlineData(Granularity.Tensor, 1)]
    [InlineData(Granularity.Channel, 3)]
    [InlineData(Granularity.Token, 3)]
    [InlineData(Granularity.Group, 6)]
    public void Each_range_has_a_grid_of_its_own(Granularity granularity, int grids)
    {
        var tensor = new QuantizedTensor(Values, 4, new PtqOptions { Bits = 4, Granularity = granularity, GroupSize = 3 });
        Assert.Equal(grids, tensor.Grids.Count);
        float[] magnitudes = granularity switch
        {
            Granularity.Tensor => [7],
            Granularity.Group => [0.7f, 2, 4, 0, 7, 1],
            _ => [2, 4, 7],
        };
        Assert.Equal(magnitudes.Select(value => value / 7f), tensor.Grids.Select(grid => ((AffineGrid)grid).Scale));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_become_what_the_formula_in_doubles_gives(QuantScheme scheme, Granularity granularity, int bits)
    {
        var random = new Random(bits);
        const int Columns = 37, Rows = 9, Group = 8;
        float[] values = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)(random.NextDouble() * 5 - 2))];
        var options = new PtqOptions { Bits = bits, Scheme = scheme, Granularity = granularity, GroupSize = Group };
        var tensor = new QuantizedTensor(values, Columns, options);
        float[] found = new float[values.Length];
        tensor.Dequantize(found);
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / Columns * Columns, start = row + i % Columns / Group * Group;
            float[] range = granularity switch
            {
                Granularity.Tensor => values,
                Granularity.Group => values[start..Math.Min(start + Group, row + Columns)],
                _ => values[row..(row + Columns)],
            };
            // A value in the middle between two levels may go either way in floats.
            (double lower, double upper) = (Formula(values[i] - 1e-6, range, scheme, bits), Formula(values[i] + 1e-6, range, scheme, bits));
            Assert.InRange(found[i], Math.Min(lower, upper) - 1e-5, Math.Max(lower, upper) + 1e-5);
        }
    }

    public static IEnumerable<TheoryDataRow<QuantScheme, Granularity, int>> Cases() =>
        from scheme in Enum.GetValues<QuantScheme>()
        from granularity in Enum.GetValues<Granularity>()
        from bits in Enumerable.Range(2, 7)
        select new TheoryDataRow<QuantScheme, Granularity, int>(scheme, granularity, bits);

    [Fact]
    public void Importance_moves_a_calibrated_range()
    {
        float[] values = [1, 1.1f, 0.9f, 1, 10];
        var options = new PtqOptions { Bits = 3, Calibration = RangeCalibration.Mse };
        float Scale(float[] importance) => ((AffineGrid)new QuantizedTensor(values, 5, options, importance).Grids[0]).Scale;
        Assert.InRange(Scale([1, 1, 1, 1, 0]), 0.3f, 1.01f);
        Assert.Equal(10f / 3, Scale([0, 0, 0, 0, 1]));
    }

    [Fact]
    public void Zeros_stay_zero_and_an_empty_tensor_is_empty()
    {
        foreach (QuantScheme scheme in Enum.GetValues<QuantScheme>())
        {
            float[] found = [1, 1];
            new QuantizedTensor([0, 0], 2, new PtqOptions { Scheme = scheme, Calibration = RangeCalibration.Mse }).Dequantize(found);
            Assert.Equal([0f, 0f], found);
            Assert.Equal(0, new QuantizedTensor([], 2, new PtqOptions { Scheme = scheme }).Count);
        }
    }

    [Fact]
    public void What_cannot_be_quantized_is_refused()
    {
        var options = new PtqOptions();
        Assert.Throws<ArgumentException>(() => new QuantizedTensor([1, float.NaN], 2, options));
        Assert.Throws<ArgumentException>(() => new QuantizedTensor([1, float.PositiveInfinity], 2, options));
        Assert.Throws<ArgumentException>(() => new QuantizedTensor([1, 2, 3], 2, options));
        Assert.Throws<ArgumentException>(() => new QuantizedTensor([1, 2], 2, options, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizedTensor([1, 2], 0, options));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizedTensor([1, 2], 2, options with { Bits = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizedTensor([1, 2], 2, options with { Bits = 9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new QuantizedTensor([1, 2], 2, options with { Percentile = 50 }));
    }

    [Fact]
    public void Errors_by_hand()
    {
        var error = new QuantError();
        Assert.Equal((0.0, 1.0, double.PositiveInfinity), (error.MeanSquare, error.Cosine, error.SignalToNoise));
        error.Add([3, 0], [3, 0]);
        error.Add([0, 4], [3, 4]);
        Assert.Equal((9.0 / 4, 3.0, 4L), (error.MeanSquare, error.Maximum, error.Count));
        Assert.Equal(10 * Math.Log10(25.0 / 9), error.SignalToNoise, 1e-12);
        Assert.Equal(25 / (5 * Math.Sqrt(34)), error.Cosine, 1e-12);
        var both = new QuantError();
        both.Add(error);
        both.Add(error);
        Assert.Equal((error.MeanSquare, error.Cosine, 8L), (both.MeanSquare, both.Cosine, both.Count));
    }

    private static double Formula(double x, float[] range, QuantScheme scheme, int bits)
    {
        double largest = range.Max(Math.Abs), minimum = Math.Min(0, range.Min()), maximum = Math.Max(0, range.Max());
        int side = (1 << (bits - 1)) - 1, all = (1 << bits) - 1;
        switch (scheme)
        {
            case QuantScheme.Symmetric:
                double step = largest / side;
                return step * Math.Clamp(Math.Round(x / step), -side, side);
            case QuantScheme.Asymmetric:
                double scale = (maximum - minimum) / all, zero = Math.Round(-minimum / scale);
                return scale * (Math.Clamp(Math.Round(x / scale) + zero, 0, all) - zero);
            default:
                double top = Math.Round(Math.Log2(largest)), exponent = Math.Min(top, Math.Round(Math.Log2(Math.Abs(x))));
                return exponent <= top - side ? 0 : Math.Sign(x) * Math.Pow(2, exponent);
        }
    }
}
