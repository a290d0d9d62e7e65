using System.Buffers;
using Engine.Formats;
using Engine.Models.HuggingFace.Rows;

namespace Engine.Models.HuggingFace;

/// <summary>A tensor as GGUF files have it, made of one or more tensors of a checkpoint while it is read.</summary>
internal sealed class FolderTensor : ITensor
{
    private readonly StoredRows[] _parts;
    private readonly RowMap _map;
    private readonly long _rowBytes;

    /// <param name="name">GGUF's name.</param>
    /// <param name="origin">The checkpoint's name, for messages.</param>
    /// <param name="parts">One, or the matrices of a stack: equal in type and shape.</param>
    /// <param name="map">The wanted rows of each matrix.</param>
    public FolderTensor(string name, string origin, StoredRows[] parts, RowMap map)
    {
        (Name, Origin, _parts, _map) = (name, origin, parts, map);
        StoredRows first = parts[0];
        int matrices = parts.Length > 1 ? parts.Length : first.Matrices;
        Type = first.Type;
        Shape = (first.IsVector, matrices) switch
        {
            (true, 1) => [map.Rows],
            (true, _) => [map.Rows, matrices],
            (false, 1) => [first.Columns, map.Rows],
            _ => [first.Columns, map.Rows, matrices],
        };
        _rowBytes = first.RowBytes;
        ByteLength = _rowBytes * map.Rows * matrices;
    }

    public string File => _parts[0].File;

    public string Name { get; }

    /// <summary>The checkpoint's name of the tensor or of the first that it is made of.</summary>
    public string Origin { get; }

    public QuantTypeInfo Type { get; }

    public IReadOnlyList<long> Shape { get; }

    public long ByteLength { get; }

    public nint Address => _parts.Length == 1 && _map.Stored is null ? _parts[0].Address : 0;

    public void Read(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteLength - destination.Length);
        (long first, long skipped) = Math.DivRem(offset, _rowBytes);
        if (skipped == 0 && destination.Length % _rowBytes == 0)
        {
            ReadRows(first, destination);
            return;
        }
        int bytes = (int)((skipped + destination.Length + _rowBytes - 1) / _rowBytes * _rowBytes);
        byte[] rows = ArrayPool<byte>.Shared.Rent(bytes);
        ReadRows(first, rows.AsSpan(0, bytes));
        rows.AsSpan((int)skipped, destination.Length).CopyTo(destination);
        ArrayPool<byte>.Shared.Return(rows);
    }

    /// <summary>Reads wanted rows, matrix after matrix.</summary>
    private void ReadRows(long first, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            (long matrix, long row) = Math.DivRem(first, _map.Rows);
            int count = (int)Math.Min(destination.Length / _rowBytes, _map.Rows - row);
            Span<byte> rows = destination[..(int)(count * _rowBytes)];
            StoredRows part = _parts[_parts.Length > 1 ? (int)matrix : 0];
            long start = _parts.Length > 1 ? 0 : matrix * part.Rows;
            if (_map.Stored is { } stored) Gather(part, start, stored, (int)row, rows);
            else part.Read(start + row, rows);
            destination = destination[rows.Length..];
            first += count;
        }
    }

    /// <summary>Reads rows that lie apart: sorted, so that those that follow each other in the file are read at once.</summary>
    private void Gather(StoredRows part, long start, Func<int, int> stored, int first, Span<byte> rows)
    {
        int rowBytes = (int)_rowBytes, count = rows.Length / rowBytes;
        int[] places = ArrayPool<int>.Shared.Rent(count), order = ArrayPool<int>.Shared.Rent(count);
        byte[] run = ArrayPool<byte>.Shared.Rent(rows.Length);
        for (int i = 0; i < count; i++) (places[i], order[i]) = (stored(first + i), i);
        Array.Sort(places, order, 0, count);
        for (int i = 0; i < count;)
        {
            int end = i + 1;
            while (end < count && places[end] == places[end - 1] + 1) end++;
            Span<byte> read = run.AsSpan(0, (end - i) * rowBytes);
            part.Read(start + places[i], read);
            for (; i < end; i++, read = read[rowBytes..]) read[..rowBytes].CopyTo(rows.Slice(order[i] * rowBytes, rowBytes));
        }
        ArrayPool<byte>.Shared.Return(run);
        ArrayPool<int>.Shared.Return(order);
        ArrayPool<int>.Shared.Return(places);
    }
}
