using Engine.Formats;
using Engine.Kernels;

namespace Engine.Quantization.Conversion;

/// <summary>
/// A tensor in its new type, encoded while it is read: from front to back, a stretch of rows at a time. So a file of any size takes the
/// memory of a few rows.
/// </summary>
internal sealed class EncodedTensor : ITensorData
{
    // What one thread does before it asks for more, and what all do between two looks at the clock.
    private const int ValuesPerPiece = 1 << 15;
    private const int StretchPieces = 64;

    private readonly ITensorData _source;
    private readonly QuantTypeInfo _from;
    private readonly QuantTypeInfo _to;
    private readonly long _columns;
    private readonly long _rows;
    private readonly long _matrixRows;
    private readonly EncodeContext _context;
    private readonly Func<float[]?> _importance;
    private readonly int _rowBytes;
    private byte[] _stretch = [];
    private float[]? _weights;
    private long _firstRow;
    private long _endRow;

    /// <summary>Describes the conversion; nothing is read before <see cref="Read"/>.</summary>
    /// <param name="source">The tensor as it is.</param>
    /// <param name="from">Its type.</param>
    /// <param name="to">The type that it takes.</param>
    /// <param name="shape">Lengths of its axes.</param>
    /// <param name="importance">Gives the weights of its columns when they are needed; null for none.</param>
    /// <param name="context">Threads, buffers, progress.</param>
    public EncodedTensor(
        ITensorData source, QuantTypeInfo from, QuantTypeInfo to, IReadOnlyList<long> shape, Func<float[]?> importance, EncodeContext context)
    {
        (_source, _from, _to, _importance, _context) = (source, from, to, importance, context);
        _columns = shape[0];
        _rows = shape.Skip(1).Aggregate(1L, (product, length) => product * length);
        _matrixRows = shape.Count > 1 ? shape[1] : 1;
        long rowBytes = to.RowBytes(_columns);
        if (Math.Max(rowBytes, from.RowBytes(_columns)) > context.MostRowBytes)
            throw new QuantizeException($"{source.Name}: rows of {_columns} weights need more memory than --memory-limit allows");
        _rowBytes = (int)rowBytes;
        ByteLength = rowBytes * _rows;
    }

    /// <inheritdoc/>
    public string File => _source.File;

    /// <inheritdoc/>
    public string Name => _source.Name;

    /// <inheritdoc/>
    public long ByteLength { get; }

    /// <summary>0: the bytes do not exist before they are read.</summary>
    public nint Address => 0;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteLength - destination.Length);
        while (!destination.IsEmpty)
        {
            if (offset < _firstRow * _rowBytes || offset >= _endRow * _rowBytes) Encode(offset / _rowBytes);
            int start = (int)(offset - _firstRow * _rowBytes);
            int count = (int)Math.Min(destination.Length, _endRow * _rowBytes - offset);
            _stretch.AsSpan(start, count).CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }
        if (offset == ByteLength) Release();
    }

    private void Encode(long firstRow)
    {
        _context.Cancellation.ThrowIfCancellationRequested();
        _weights ??= _importance();
        long perPiece = Math.Max(1, ValuesPerPiece / _columns);
        long most = Math.Max(1, _context.StretchBytes / _rowBytes);
        long rows = Math.Min(Math.Min(perPiece * StretchPieces, most), _rows - firstRow);
        if (_stretch.Length < rows * _rowBytes) _stretch = new byte[rows * _rowBytes];
        // Not valid again before the rows are there: an exception may be caught and the tensor read again.
        _endRow = _firstRow;
        var job = new EncodeJob(
            _source, _from, _to, _columns, _weights, _matrixRows, firstRow, rows, perPiece, _stretch.AsMemory(), _context.Scratch);
        _context.Pool.Run(ref job, job.Pieces);
        (_firstRow, _endRow) = (firstRow, firstRow + rows);
        _context.Report(rows * _columns, Name);
    }

    private void Release()
    {
        (_stretch, _weights, _firstRow, _endRow) = ([], null, 0, 0);
    }
}
