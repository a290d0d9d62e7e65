using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>
/// The columns of stored matrices [inputs, outputs] as rows. One matrix at a time is turned in memory, which the garbage collector may take
/// back once nobody reads it.
/// </summary>
internal sealed class TransposedRows : StoredRows
{
    private readonly StoredRows _stored;
    private readonly Lock _turning = new();
    private readonly WeakReference<byte[]> _turned = new([]);
    private long _turnedMatrix = -1;

    public TransposedRows(StoredRows stored)
    {
        _stored = stored;
        (Matrices, Rows, Columns) = (stored.Matrices, stored.Columns, stored.Rows);
        if (Rows * RowBytes > Array.MaxLength)
            throw new ModelFormatException(stored.File, null, $"a matrix of {Rows * RowBytes} bytes to transpose", $"at most {Array.MaxLength}");
    }

    public override string File => _stored.File;

    public override QuantTypeInfo Type => _stored.Type;

    public override void Read(long first, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            (long matrix, long row) = Math.DivRem(first, Rows);
            int count = (int)Math.Min(destination.Length / RowBytes, Rows - row);
            int bytes = (int)(count * RowBytes);
            Turned(matrix).AsSpan((int)(row * RowBytes), bytes).CopyTo(destination);
            destination = destination[bytes..];
            first += count;
        }
    }

    private byte[] Turned(long matrix)
    {
        lock (_turning)
        {
            if (_turnedMatrix == matrix && _turned.TryGetTarget(out byte[]? turned)) return turned;
            turned = Turn(matrix);
            _turned.SetTarget(turned);
            _turnedMatrix = matrix;
            return turned;
        }
    }

    private byte[] Turn(long matrix)
    {
        var turned = new byte[Rows * RowBytes];
        var row = new byte[_stored.RowBytes];
        for (int column = 0; column < Columns; column++)
        {
            _stored.Read(matrix * Columns + column, row);
            if (Type.BlockBytes == sizeof(ushort)) Scatter<ushort>(row, turned, column);
            else Scatter<uint>(row, turned, column);
        }
        return turned;
    }

    private void Scatter<T>(byte[] row, byte[] turned, int column) where T : unmanaged
    {
        Span<T> source = MemoryMarshal.Cast<byte, T>(row.AsSpan()), target = MemoryMarshal.Cast<byte, T>(turned.AsSpan());
        for (int i = 0; i < source.Length; i++) target[i * Columns + column] = source[i];
    }
}
