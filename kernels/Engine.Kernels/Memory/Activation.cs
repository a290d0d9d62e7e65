namespace Engine.Kernels;

/// <summary>
/// What flows between operations: F32 rows, one per token. Rows start at cache lines, so two of them lie <see cref="Stride"/> floats
/// apart, a little more than <see cref="Columns"/> where that is no multiple of 16.
/// </summary>
public sealed unsafe class Activation : IDisposable
{
    private const int RowAlignment = NativeBuffer.Alignment / sizeof(float);

    private readonly NativeBuffer _buffer;
    private int _rows;

    /// <summary>
    /// Room for <paramref name="capacity"/> rows of <paramref name="columns"/> values, all zero; <see cref="Rows"/> starts at capacity.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public Activation(int capacity, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Capacity = capacity;
        Columns = columns;
        Stride = checked((columns + RowAlignment - 1) / RowAlignment * RowAlignment);
        _rows = capacity;
        _buffer = new NativeBuffer((long)capacity * Stride * sizeof(float));
    }

    /// <summary>The largest number of rows.</summary>
    public int Capacity { get; }

    /// <summary>Values in a row.</summary>
    public int Columns { get; }

    /// <summary>Floats from the start of one row to the start of the next.</summary>
    public int Stride { get; }

    /// <summary>Rows in use, 0 to <see cref="Capacity"/>. Changing it leaves the values as they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above the capacity.</exception>
    public int Rows
    {
        get => _rows;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            _rows = value;
        }
    }

    /// <summary>The first value of row 0.</summary>
    public float* Pointer => (float*)_buffer.Pointer;

    /// <summary>The values of row <paramref name="index"/>, 0 to <see cref="Rows"/> - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such row.</exception>
    public Span<float> Row(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _rows);
        return new Span<float>(Pointer + (long)index * Stride, Columns);
    }

    /// <summary>Frees the rows.</summary>
    public void Dispose() => _buffer.Dispose();
}
