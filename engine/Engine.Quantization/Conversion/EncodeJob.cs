using Engine.Formats;
using Engine.Kernels;
using Engine.Quantization.Encoders;

namespace Engine.Quantization.Conversion;

/// <summary>Reads, decodes and encodes some rows of a tensor, a few at a time on every thread.</summary>
internal readonly struct EncodeJob(
    ITensorData source, QuantTypeInfo from, QuantTypeInfo to, long columns, float[]? importance, long matrixRows,
    long firstRow, long rows, long rowsPerPiece, Memory<byte> destination, Scratch[] scratch) : IWorkerJob
{
    /// <summary>Pieces to run.</summary>
    public int Pieces => (int)((rows + rowsPerPiece - 1) / rowsPerPiece);

    /// <inheritdoc/>
    public void Execute(int index, int worker)
    {
        Scratch own = scratch[worker];
        RowEncoder encoder = own.Encoder(to.Type);
        long start = index * rowsPerPiece, end = Math.Min(start + rowsPerPiece, rows);
        int sourceBytes = (int)from.RowBytes(columns), rowBytes = (int)to.RowBytes(columns);
        Span<byte> raw = own.Bytes(sourceBytes);
        Span<float> values = own.Values((int)columns);
        for (long i = start; i < end; i++)
        {
            long row = firstRow + i;
            source.Read(row * sourceBytes, raw);
            if (from.FirstInvalidBlock(raw) is >= 0 and int bad) throw NotFinite(row, bad * from.BlockElements);
            from.Decode(raw, values);
            Span<byte> blocks = destination.Span.Slice((int)i * rowBytes, rowBytes);
            encoder.Encode(values, ImportanceOf(row), blocks);
            if (to.FirstInvalidBlock(blocks) >= 0)
                throw new QuantizeException($"{source.Name}: row {row} has weights too large for {to.Name}; give it another --tensor-type");
        }
    }

    private ReadOnlySpan<float> ImportanceOf(long row)
    {
        if (importance is null) return default;
        long matrix = Math.Min(row / matrixRows, importance.Length / columns - 1);
        return importance.AsSpan((int)(matrix * columns), (int)columns);
    }

    private QuantizeException NotFinite(long row, long column) => new(
        $"{source.Name}: a weight in row {row}, from column {column} on, is infinite or not a number; --keep-nonfinite leaves such tensors in F16");
}

/// <summary>One thread's buffers and encoders, kept from piece to piece.</summary>
internal sealed class Scratch(bool reference)
{
    private readonly Dictionary<QuantType, RowEncoder> _encoders = [];
    private byte[] _bytes = [];
    private float[] _values = [];

    /// <summary>The thread's encoder of a type.</summary>
    public RowEncoder Encoder(QuantType type)
    {
        if (!_encoders.TryGetValue(type, out RowEncoder? encoder))
            _encoders[type] = encoder = RowEncoders.Make(type, reference);
        return encoder;
    }

    /// <summary>Room for so many bytes.</summary>
    public Span<byte> Bytes(int count)
    {
        if (_bytes.Length < count) _bytes = new byte[count];
        return _bytes.AsSpan(0, count);
    }

    /// <summary>Room for so many values.</summary>
    public Span<float> Values(int count)
    {
        if (_values.Length < count) _values = new float[count];
        return _values.AsSpan(0, count);
    }
}
