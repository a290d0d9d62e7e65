using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Quantization.Gptq;

/// <summary>
/// The second derivative of a linear map's squared output error with respect to its weights, the same for every row:
/// H = 2/n Σ x xᵀ over n inputs (Frantar et al., arXiv:2210.17323). Symmetric, [columns, columns].
/// </summary>
/// <remarks>
/// Inputs are gathered into blocks; a block's products are summed in floats and the blocks in doubles. Blocks begin anew after
/// <see cref="BlockRows"/> inputs, however these arrive, and every element is summed in one order: the same bits for any number of threads
/// and any cut of the text.
/// </remarks>
public sealed class Hessian : IInputObserver
{
    private const int BlockRows = 64, TileRows = 4;

    private readonly double[] _sums;
    private readonly float[] _block;
    private readonly int _stride;
    private readonly int _threads;
    private int _filled;

    /// <summary>Makes an empty sum.</summary>
    /// <param name="columns">Inputs of the map.</param>
    /// <param name="threads">How many threads add up at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">Less than one column or thread, or more columns than an array can hold the square of.</exception>
    public Hessian(int columns, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)columns * columns, Array.MaxLength, nameof(columns));
        Columns = columns;
        _threads = threads;
        // Whole tiles: what lies beyond the last column is zero and is not kept.
        _stride = (columns + 15) / 16 * 16;
        _block = new float[BlockRows * _stride];
        _sums = new double[columns * columns];
    }

    /// <summary>Rows and columns.</summary>
    public int Columns { get; }

    /// <summary>Inputs so far: n.</summary>
    public long Count { get; private set; }

    /// <inheritdoc/>
    public void Observe(Activation input)
    {
        for (int row = 0; row < input.Rows; row++) Add(input.Row(row));
    }

    /// <summary>Adds one input.</summary>
    /// <exception cref="ArgumentException">Another number of values than <see cref="Columns"/>.</exception>
    public void Add(ReadOnlySpan<float> input)
    {
        if (input.Length != Columns) throw new ArgumentException($"An input of {input.Length} values for {Columns} columns.", nameof(input));
        input.CopyTo(_block.AsSpan(_filled * _stride));
        Count++;
        if (++_filled < BlockRows) return;
        AddBlock(_sums);
        _filled = 0;
    }

    /// <summary>H, row after row; all zero before the first input.</summary>
    public double[] ToArray()
    {
        // The block that is not full stays: what is added later gives the same bits as if nobody had looked.
        double[] matrix = [.. _sums];
        if (_filled > 0) AddBlock(matrix);
        double factor = Count == 0 ? 0 : 2.0 / Count;
        for (int i = 0; i < Columns; i++)
        {
            for (int j = i; j < Columns; j++) matrix[i * Columns + j] = matrix[j * Columns + i] = matrix[i * Columns + j] * factor;
        }
        return matrix;
    }

    private void AddBlock(double[] target)
    {
        int bands = (Columns + TileRows - 1) / TileRows;
        Parallel.For(0, bands, new ParallelOptions { MaxDegreeOfParallelism = _threads }, band => AddBand(band * TileRows, target));
    }

    /// <summary>Four rows of the sum, from the diagonal on.</summary>
    private void AddBand(int first, double[] target)
    {
        Span<float> tile = stackalloc float[TileRows * 16];
        ref float x = ref MemoryMarshal.GetArrayDataReference(_block);
        int rows = Math.Min(TileRows, Columns - first);
        for (int column = first / 16 * 16; column < Columns; column += 16)
        {
            Multiply(ref x, _stride, first, column, _filled, tile);
            int count = Math.Min(16, Columns - column);
            for (int i = 0; i < rows; i++)
            {
                Span<double> sums = target.AsSpan((first + i) * Columns + column, count);
                for (int j = 0; j < count; j++) sums[j] += tile[i * 16 + j];
            }
        }
    }

    /// <summary>tile[i, j] = Σ x[t, first + i] x[t, column + j] for 4 x 16 elements.</summary>
    private static void Multiply(ref float x, int stride, int first, int column, int inputs, Span<float> tile)
    {
        Vector256<float> a0 = default, b0 = default, a1 = default, b1 = default, a2 = default, b2 = default, a3 = default, b3 = default;
        for (int t = 0; t < inputs; t++)
        {
            nuint at = (nuint)(t * stride);
            Vector256<float> left = Vector256.LoadUnsafe(ref x, at + (nuint)column), right = Vector256.LoadUnsafe(ref x, at + (nuint)column + 8);
            Vector128<float> four = Vector128.LoadUnsafe(ref x, at + (nuint)first);
            Vector256<float> one = Vector256.Create(four[0]), two = Vector256.Create(four[1]);
            Vector256<float> three = Vector256.Create(four[2]), last = Vector256.Create(four[3]);
            a0 = Vector256.FusedMultiplyAdd(one, left, a0);
            b0 = Vector256.FusedMultiplyAdd(one, right, b0);
            a1 = Vector256.FusedMultiplyAdd(two, left, a1);
            b1 = Vector256.FusedMultiplyAdd(two, right, b1);
            a2 = Vector256.FusedMultiplyAdd(three, left, a2);
            b2 = Vector256.FusedMultiplyAdd(three, right, b2);
            a3 = Vector256.FusedMultiplyAdd(last, left, a3);
            b3 = Vector256.FusedMultiplyAdd(last, right, b3);
        }
        a0.CopyTo(tile);
        b0.CopyTo(tile[8..]);
        a1.CopyTo(tile[16..]);
        b1.CopyTo(tile[24..]);
        a2.CopyTo(tile[32..]);
        b2.CopyTo(tile[40..]);
        a3.CopyTo(tile[48..]);
        b3.CopyTo(tile[56..]);
    }
}
