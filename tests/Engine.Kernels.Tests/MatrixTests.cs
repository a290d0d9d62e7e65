using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

public class MatrixTests
{
    private static readonly WorkerPool Pool = new(2);

    public static TheoryData<QuantType> Types => [.. QuantTypes.All.Where(info => info.CanDecode).Select(info => info.Type)];

    [Theory, MemberData(nameof(Types))]
    public void Rows_decode_to_the_bits_of_the_reference(QuantType type)
    {
        foreach (bool repack in (bool[])[true, false])
            foreach (int rows in (int[])[1, 7, 8, 19])
            {
                using var weights = new Weights(type, rows, 768, mapped: true);
                using Matrix matrix = weights.Load(Pool, repack);
                Assert.Equal(repack, !matrix.IsMapped);
                AssertRows(weights, matrix, first: 0);
            }
    }

    [Theory, MemberData(nameof(Types))]
    public void Repacked_weights_take_at_most_a_tenth_more_than_the_file(QuantType type)
    {
        const int Rows = 8, Columns = 256;
        double file = Rows * QuantTypes.Get(type).RowBytes(Columns);
        Assert.InRange(Matrix.BytesInMemory(type, Rows, Columns), file, 1.1 * file);
    }

    [Theory, MemberData(nameof(Types))]
    public void Slices_hold_their_rows(QuantType type)
    {
        foreach (bool repack in (bool[])[true, false])
        {
            using var weights = new Weights(type, 40, 256, mapped: true);
            using Matrix matrix = weights.Load(Pool, repack);
            foreach ((int first, int count) in ((int, int)[])[(0, 40), (8, 16), (16, 3), (5, 9), (39, 1)])
                AssertRows(weights, matrix.SliceRows(first, count), first);
            AssertRows(weights, matrix.SliceRows(11, 20).SliceRows(6, 7), 17);
        }
    }

    private static void AssertRows(Weights weights, Matrix matrix, int first)
    {
        var values = new float[matrix.Columns];
        for (int row = 0; row < matrix.Rows; row++)
        {
            matrix.DecodeRow(row, values);
            Bits.AssertEqual(weights.Decode(first + row), values);
        }
    }

    [Fact]
    public void Data_that_is_not_mapped_is_repacked()
    {
        using var weights = new Weights(QuantType.Q4_0, 8, 64);
        using Matrix matrix = weights.Load(Pool, repack: false);
        Assert.False(matrix.IsMapped);
    }

    [Fact]
    public void Columns_of_float_types_may_be_any_number()
    {
        foreach (int columns in (int[])[1, 3, 255, 257])
        {
            using var weights = new Weights(QuantType.F16, 9, columns);
            using Matrix matrix = weights.Load(Pool);
            AssertRows(weights, matrix, 0);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_NaN_scale_is_named(bool repack)
    {
        using var weights = new Weights(QuantType.Q4_0, 70, 64, mapped: true);
        weights.Bytes[(69 * 2 + 1) * 18 + 1] = 0x7E;
        var e = Assert.Throws<ModelFormatException>(() => weights.Load(Pool, repack));
        Assert.Equal("memory", e.File);
        Assert.Equal(weights.Name, e.Item);
        Assert.Contains("row 69, column 32", e.Found);
    }

    [Fact]
    public void A_shape_that_the_data_does_not_have_is_refused()
    {
        using var weights = new Weights(QuantType.Q4_0, 8, 64);
        Matrix Load(QuantType type, int rows, int columns) => Matrix.Load(weights, type, rows, columns, MatrixOptions.Default, Pool);
        Assert.Throws<ModelFormatException>(() => Load(QuantType.Q4_0, 9, 64));
        Assert.Throws<ModelFormatException>(() => Load(QuantType.Q4_0, 7, 64));
        Assert.Throws<ModelFormatException>(() => Load(QuantType.Q4_0, 8, 48));
        Assert.Throws<ModelFormatException>(() => Load(QuantType.Q4_1, 8, 64));
        Assert.Throws<ModelFormatException>(() => Load(QuantType.I32, 8, 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(QuantType.Q4_0, 0, 64));
    }

    [Fact]
    public void Rows_and_slices_out_of_range_are_refused()
    {
        using var weights = new Weights(QuantType.Q4_0, 8, 64);
        using Matrix matrix = weights.Load(Pool);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.DecodeRow(8, new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.DecodeRow(-1, new float[64]));
        Assert.Throws<ArgumentException>(() => matrix.DecodeRow(0, new float[63]));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SliceRows(8, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SliceRows(0, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SliceRows(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.SliceRows(-1, 2));
    }
}
