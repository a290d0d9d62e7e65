using System.Buffers;
using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>Rows with a number added to every value, in F32.</summary>
internal sealed class OffsetRows : StoredRows
{
    private readonly StoredRows _stored;
    private readonly float _offset;

    public OffsetRows(StoredRows stored, float offset)
    {
        (_stored, _offset) = (stored, offset);
        (Matrices, Rows, Columns, IsVector) = (stored.Matrices, stored.Rows, stored.Columns, stored.IsVector);
    }

    public override string File => _stored.File;

    public override QuantTypeInfo Type => QuantTypes.Get(QuantType.F32);

    public override void Read(long first, Span<byte> destination)
    {
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        int bytes = values.Length * _stored.Type.BlockBytes;
        byte[] stored = ArrayPool<byte>.Shared.Rent(bytes);
        _stored.Read(first, stored.AsSpan(0, bytes));
        _stored.Type.Decode(stored.AsSpan(0, bytes), values);
        ArrayPool<byte>.Shared.Return(stored);
        for (int i = 0; i < values.Length; i++) values[i] += _offset;
    }
}
