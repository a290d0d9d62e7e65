using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Kernels;

// A stand-in for the panels and the matrix product, until those replace this file.

/// <summary>How a matrix is loaded.</summary>
public sealed record MatrixOptions
{
    /// <summary>Whether rows are interleaved.</summary>
    public bool Repack { get; init; } = true;
}

/// <summary>A weight matrix.</summary>
public sealed unsafe class Matrix : IDisposable
{
    private readonly NativeBuffer _weights;

    private Matrix(QuantType type, int rows, int columns)
    {
        (Type, Rows, Columns, PaddedRows) = (type, rows, columns, (rows + 7) & ~7);
        _weights = new NativeBuffer((long)PaddedRows * columns * sizeof(float));
    }

    /// <summary>Type.</summary>
    public QuantType Type { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Bytes.</summary>
    public long Bytes => _weights.Length;

    internal int PaddedRows { get; }

    internal float* Weights => (float*)_weights.Pointer;

    /// <summary>Loads a matrix.</summary>
    public static Matrix Load(ITensorData data, QuantType type, int rows, int columns, MatrixOptions options, WorkerPool pool)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        var matrix = new Matrix(type, rows, columns);
        var bytes = new byte[info.RowBytes(columns)];
        var values = new float[columns];
        for (int row = 0; row < rows; row++)
        {
            data.Read(row * (long)bytes.Length, bytes);
            int invalid = info.FirstInvalidBlock(bytes);
            if (invalid >= 0) throw new ModelFormatException(data.File, data.Name, $"a value that is not finite in row {row}", "finite values");
            info.Decode(bytes, values);
            for (int column = 0; column < columns; column++) matrix.Weights[(long)column * matrix.PaddedRows + row] = values[column];
        }
        return matrix;
    }

    /// <summary>Decodes a row.</summary>
    public void DecodeRow(int row, Span<float> values)
    {
        for (int column = 0; column < Columns; column++) values[column] = Weights[(long)column * PaddedRows + row];
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => _weights.Dispose();
}

/// <summary>Matrix and bias.</summary>
public sealed class Linear(Matrix weight, float[]? bias = null)
{
    /// <summary>Weight.</summary>
    public Matrix Weight { get; } = weight;

    /// <summary>Bias.</summary>
    public float[]? Bias { get; } = bias;
}

/// <summary>Context.</summary>
public sealed class MatMulContext(WorkerPool pool, bool exact) : IDisposable
{
    /// <summary>Threads.</summary>
    public WorkerPool Pool { get; } = pool;

    /// <summary>Arithmetic.</summary>
    public bool Exact { get; } = exact;

    /// <summary>Frees it.</summary>
    public void Dispose()
    {
    }
}

/// <summary>Matrix product.</summary>
public static unsafe class MatMul
{
    /// <summary>Multiplies.</summary>
    public static void Multiply(ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs, MatMulContext context)
    {
        for (int i = 0; i < group.Length; i++)
        {
            outputs[i].Rows = input.Rows;
            var job = new Job(group[i], input, outputs[i]);
            context.Pool.Run(ref job, (group[i].Weight.PaddedRows + 63) / 64);
        }
    }

    private readonly struct Job(Linear linear, Activation input, Activation output) : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
            Matrix w = linear.Weight;
            int first = index * 64;
            int lanes = Math.Min(64, w.PaddedRows - first);
            FloatTile.Multiply(
                w.Weights + first, w.PaddedRows, input.Pointer, input.Stride, output.Pointer + first, output.Stride, w.Columns, input.Rows, lanes, false);
            if (linear.Bias is null) return;
            for (int row = 0; row < output.Rows; row++)
            {
                for (int lane = 0; lane < lanes && first + lane < w.Rows; lane++) output.Row(row)[first + lane] += linear.Bias[first + lane];
            }
        }
    }
}
