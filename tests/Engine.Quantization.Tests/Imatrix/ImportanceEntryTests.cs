using Engine.Formats;
using Engine.Kernels;
using Engine.Quantization.Imatrix;
using Xunit;

namespace Engine.Quantization.Tests.Imatrix;

public sealed class ImportanceEntryTests
{
    [Fact]
    public void Weights_are_mean_squares_of_each_matrix()
    {
        var entry = new ImportanceEntry("w", [4, 8, 9, 3], [4, 3]);
        Assert.Equal((2, 2, 0), (entry.Columns, entry.Matrices, entry.Unseen));
        Assert.Equal([1f, 2f, 3f, 1f], entry.MeanSquares());
    }

    [Fact]
    public void An_expert_that_saw_nothing_weighs_as_all_rows_of_the_others()
    {
        var entry = new ImportanceEntry("w", [4, 8, 0, 0, 9, 3], [1, 0, 3]);
        Assert.Equal(1, entry.Unseen);
        Assert.Equal([4f, 8f, 13f / 4, 11f / 4, 3f, 1f], entry.MeanSquares());
    }

    [Fact]
    public void Where_no_expert_saw_anything_all_columns_weigh_one() =>
        Assert.Equal([1f, 1f, 1f, 1f], new ImportanceEntry("w", [0, 0, 0, 0], [0, 0]).MeanSquares());

    [Fact]
    public void Values_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [1, 2, 3], [1, 1]));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [], [1]));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [1], []));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [-1], [1]));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [double.NaN], [1]));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("w", [1], [-1]));
        Assert.Throws<ArgumentException>(() => new ImportanceEntry("", [1], [1]));
    }

    [Fact]
    public void A_tensor_of_another_size_is_one_of_another_model()
    {
        var matrix = new ImportanceMatrix("file", [new ImportanceEntry("w", [4, 8, 9, 3], [4, 3])], [], 1);
        Assert.Equal([1f, 2f, 3f, 1f], matrix.WeightsOf("w", 2, 2)!);
        Assert.Null(matrix.WeightsOf("other", 2, 2));
        var error = Assert.Throws<ModelFormatException>(() => matrix.WeightsOf("w", 3, 2));
        Assert.Equal(("file", "w"), (error.File, error.Item));
    }

    [Fact]
    public void Merging_adds_sums_and_counts()
    {
        ImportanceMatrix Make(double scale, string name) => new(
            name, [new ImportanceEntry("a", [scale, 2 * scale], [3]), new ImportanceEntry(name, [scale], [1])], [name], 2, 64);
        ImportanceMatrix both = ImportanceMatrix.Merge([Make(1, "x"), Make(10, "y")]);
        Assert.Equal(["a", "x", "y"], both.Entries.Select(entry => entry.Name));
        Assert.Equal([11.0, 22.0], both.Entries.First().Sums.ToArray());
        Assert.Equal([6L], both.Entries.First().Counts.ToArray());
        Assert.Equal(["x", "y"], both.Datasets);
        Assert.Equal((4L, 64), (both.ChunkCount, both.ChunkSize));
    }

    [Fact]
    public void Matrices_of_different_models_do_not_merge()
    {
        var one = new ImportanceMatrix("one", [new ImportanceEntry("w", [1, 2], [1])], [], 1);
        var other = new ImportanceMatrix("other", [new ImportanceEntry("w", [1, 2, 3], [1])], [], 1);
        var error = Assert.Throws<ModelFormatException>(() => ImportanceMatrix.Merge([one, other]));
        Assert.Equal(("other", "w"), (error.File, error.Item));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(37)]
    public void Squares_add_up_without_rounding_of_the_products(int columns)
    {
        var random = new Random(columns);
        var sums = new SquareSums(columns);
        var expected = new double[columns];
        foreach (int rows in (int[])[5, 1, 3])
        {
            using var input = new Activation(rows, columns);
            for (int row = 0; row < rows; row++)
            {
                for (int i = 0; i < columns; i++)
                {
                    float value = (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-18, 18));
                    input.Row(row)[i] = value;
                    expected[i] += (double)value * value;
                }
            }
            sums.Observe(input);
        }
        Assert.Equal(expected, sums.Sums.ToArray());
        Assert.Equal(9, sums.Rows);
    }
}
