using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// Weights in the bits of their file's type, W[rows, columns]: one row per output. Immutable, safe to use from many threads at once.
/// Rows lie in panels of 8, interleaved; the last panel is filled up with zero rows.
/// </summary>
public sealed unsafe class Matrix : IDisposable
{
    private readonly NativeBuffer? _owned;
    private readonly object _memory;
    private readonly byte* _data;
    private readonly int _firstLane;
    private readonly bool _isSlice;

    /// <summary>A matrix in interleaved memory.</summary>
    internal Matrix(Panel layout, int rows, int columns, NativeBuffer interleaved)
        : this(layout, rows, columns, interleaved, interleaved.Pointer, firstLane: 0, isMapped: false, isSlice: false) =>
        _owned = interleaved;

    /// <summary>A matrix in the mapped rows of a file.</summary>
    internal Matrix(Panel layout, int rows, int columns, ITensorData mapped)
        : this(layout, rows, columns, mapped, (byte*)mapped.Address, firstLane: 0, isMapped: true, isSlice: false)
    {
    }

    private Matrix(Panel layout, int rows, int columns, object memory, byte* data, int firstLane, bool isMapped, bool isSlice)
    {
        Layout = layout;
        Rows = rows;
        Columns = columns;
        IsMapped = isMapped;
        _memory = memory;
        _data = data;
        _firstLane = firstLane;
        _isSlice = isSlice;
        RowBytes = layout.Info.RowBytes(columns);
        PanelBytes = layout.Bytes(columns);
    }

    /// <summary>Rows: outputs.</summary>
    public int Rows { get; }

    /// <summary>Columns: inputs.</summary>
    public int Columns { get; }

    /// <summary>The type of the weights.</summary>
    public QuantType Type => Layout.Info.Type;

    /// <summary>Bytes of memory or of the mapped file that the rows take.</summary>
    public long Bytes => IsMapped ? Rows * RowBytes : PanelCount * PanelBytes;

    /// <summary>Whether the weights still lie in the mapped file.</summary>
    public bool IsMapped { get; }

    internal Panel Layout { get; }

    internal long RowBytes { get; }

    /// <summary>Bytes of an interleaved panel.</summary>
    internal long PanelBytes { get; }

    /// <summary>Lanes of the first panel that belong to rows before this slice: 0 to 7.</summary>
    internal int FirstLane => _firstLane;

    /// <summary>Panels that hold the rows, partly filled ones included.</summary>
    internal int PanelCount => (_firstLane + Rows + Panel.Rows - 1) / Panel.Rows;

    /// <summary>Bytes that a matrix takes once it is interleaved.</summary>
    /// <param name="type">The type of the weights.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1, a multiple of the type's block.</param>
    public static long BytesInMemory(QuantType type, long rows, long columns) =>
        (rows + Panel.Rows - 1) / Panel.Rows * Panels.Get(type).Bytes(checked((int)columns));

    /// <summary>Copies a tensor's rows into panels on all threads of <paramref name="pool"/>, or keeps them mapped.</summary>
    /// <param name="data">The rows, one after another. A mapped one must outlive the matrix.</param>
    /// <param name="type">The type of the weights.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="columns">At least 1, a multiple of the type's block.</param>
    /// <param name="options">How to load.</param>
    /// <param name="pool">The threads that copy.</param>
    /// <exception cref="ModelFormatException">
    /// The type holds no weights, the columns are no whole blocks, the data has another size, or a scale is infinite or NaN.
    /// </exception>
    public static Matrix Load(ITensorData data, QuantType type, int rows, int columns, MatrixOptions options, WorkerPool pool) =>
        MatrixLoader.Load(data, type, rows, columns, options, pool);

    /// <summary>The weights of a row, to the bit what the type's reference decoder gives.</summary>
    /// <param name="row">0 to <see cref="Rows"/> - 1.</param>
    /// <param name="values">As long as <see cref="Columns"/>.</param>
    /// <exception cref="ArgumentException">No such row, or another length.</exception>
    /// <exception cref="ObjectDisposedException">The matrix is disposed.</exception>
    public void DecodeRow(int row, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        if (values.Length != Columns) throw new ArgumentException($"{values.Length} values for {Columns} columns.", nameof(values));
        ThrowIfDisposed();

        if (IsMapped)
        {
            Layout.Info.Decode(new ReadOnlySpan<byte>(_data + row * RowBytes, checked((int)RowBytes)), values);
            GC.KeepAlive(_memory);
            return;
        }
        int lane = row + _firstLane;
        float* tile = stackalloc float[Panel.Stretch * Panel.Rows];
        for (int column = 0; column < Columns; column += Panel.Stretch)
        {
            int count = Math.Min(Panel.Stretch, Columns - column);
            Layout.Decode(Blocks(lane / Panel.Rows, column, count, null), count, tile, Panel.Rows);
            for (int k = 0; k < count; k++) values[column + k] = tile[k * Panel.Rows + lane % Panel.Rows];
        }
        GC.KeepAlive(_memory);
    }

    /// <summary>
    /// Some of the rows as a matrix of its own that shares the memory: an expert of a stack, a part of a fused projection. Make it once; it
    /// needs no disposal and ends with this matrix. A first row that is a multiple of 8 costs nothing later.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No rows, or rows that do not exist.</exception>
    public Matrix SliceRows(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Rows - first);
        if (IsMapped) return new Matrix(Layout, count, Columns, _memory, _data + first * RowBytes, 0, isMapped: true, isSlice: true);
        int lane = first + _firstLane;
        byte* data = _data + lane / Panel.Rows * PanelBytes;
        return new Matrix(Layout, count, Columns, _memory, data, lane % Panel.Rows, isMapped: false, isSlice: true);
    }

    /// <summary>Frees the memory, for slices of this matrix too; of a slice or a mapped matrix it does nothing.</summary>
    public void Dispose()
    {
        if (!_isSlice) _owned?.Dispose();
    }

    /// <exception cref="ObjectDisposedException">The memory is freed.</exception>
    internal void ThrowIfDisposed()
    {
        if (_memory is NativeBuffer buffer) _ = buffer.Pointer;
    }

    /// <summary>Bytes of scratch that <see cref="Blocks"/> needs.</summary>
    internal const int BlocksScratch = 2 * Panel.Stretch * Panel.Rows * sizeof(float);

    /// <summary>The interleaved blocks of some columns of a panel.</summary>
    /// <param name="panel">0 to <see cref="PanelCount"/> - 1.</param>
    /// <param name="column">Where they start: a multiple of <see cref="Panel.Stretch"/>.</param>
    /// <param name="columns">How many; of a mapped matrix at most <see cref="Panel.Stretch"/>.</param>
    /// <param name="scratch"><see cref="BlocksScratch"/> bytes, in which mapped rows are interleaved.</param>
    internal byte* Blocks(int panel, int column, int columns, byte* scratch)
    {
        if (!IsMapped) return _data + panel * PanelBytes + (column == 0 ? 0 : Layout.Bytes(column));
        int first = panel * Panel.Rows;
        byte* rows = _data + first * RowBytes + Layout.Info.RowBytes(column);
        nint stride = (nint)RowBytes;
        int existing = Rows - first;
        if (existing < Panel.Rows)
        {
            // The file ends with its last row: fill the panel up with zeros in a copy.
            int bytes = (int)Layout.Info.RowBytes(columns);
            byte* copy = scratch + BlocksScratch / 2;
            new Span<byte>(copy, Panel.Rows * bytes).Clear();
            for (int row = 0; row < existing; row++) new Span<byte>(rows + row * stride, bytes).CopyTo(new(copy + row * bytes, bytes));
            rows = copy;
            stride = bytes;
        }
        Layout.Interleave(rows, stride, columns, scratch);
        return scratch;
    }
}
