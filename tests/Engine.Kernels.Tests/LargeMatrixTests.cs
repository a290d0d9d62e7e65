using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>More weights than 32 bits count: 1.3 GB, so these run with "-explicit only" alone.</summary>
public sealed class LargeMatrixTests
{
    private const int Columns = 32768, Rows = 70_001;

    [Theory(Explicit = true)]
    [InlineData(Arithmetic.Exact)]
    [InlineData(Arithmetic.Fast)]
    public void The_last_rows_of_a_matrix_beyond_32_bits_are_those_of_the_file(Arithmetic arithmetic)
    {
        using var pool = new WorkerPool(2);
        using var context = new MatMulContext(pool, arithmetic);
        using var tail = new Weights(QuantType.Q4_0, 3, Columns);
        using Matrix few = tail.Load(pool);
        using var matrix = Matrix.Load(new ZerosThen(tail), QuantType.Q4_0, Rows, Columns, MatrixOptions.Default, pool);
        Assert.True((long)matrix.Rows * matrix.Columns > int.MaxValue);
        var values = new float[Columns];
        float[][] input = Product.Inputs(5, Columns);
        float[][] expected = Product.Of(few, input, context);
        float[][] output = Product.Of(matrix, input, context);
        float[][] slice = Product.Of(matrix.SliceRows(Rows - 3, 3), input, context);
        for (int row = 0; row < 3; row++)
        {
            matrix.DecodeRow(Rows - 3 + row, values);
            Bits.AssertEqual(tail.Decode(row), values);
        }
        for (int token = 0; token < input.Length; token++)
        {
            Bits.AssertEqual(expected[token], output[token][^3..]);
            Bits.AssertEqual(expected[token], slice[token]);
            Assert.Equal(0f, output[token][Rows / 2]);
        }
    }

    /// <summary>Rows of zeros, and these at the end.</summary>
    private sealed class ZerosThen(Weights tail) : ITensorData
    {
        public string File => "memory";

        public string Name => "large";

        public long ByteLength => Rows * tail.Info.RowBytes(Columns);

        public nint Address => 0;

        public void Read(long offset, Span<byte> destination)
        {
            destination.Clear();
            long start = ByteLength - tail.ByteLength;
            if (offset + destination.Length <= start) return;
            int skipped = (int)Math.Max(0, start - offset);
            tail.Read(Math.Max(0, offset - start), destination[skipped..]);
        }
    }
}
