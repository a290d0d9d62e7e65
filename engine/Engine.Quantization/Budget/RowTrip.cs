using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Conversion;
using Engine.Quantization.Encoders;

namespace Engine.Quantization.Budget;

/// <summary>Rows of a tensor as they come back from another type. For one thread; its encoders serve tensor after tensor.</summary>
internal sealed class RowTrip
{
    private readonly Dictionary<QuantType, RowEncoder> _encoders = [];
    private byte[] _raw = [];
    private byte[] _blocks = [];
    private float[] _values = [];
    private int _columns;
    private ReadOnlyMemory<float> _importance;

    /// <summary>Reads a row.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="row">Its row.</param>
    /// <param name="importance">Weights of the columns of each of its matrices; null for none.</param>
    /// <returns>The row's values, valid until the next call.</returns>
    /// <exception cref="QuantizeException">A value is infinite or NaN.</exception>
    public ReadOnlySpan<float> Read(GgufTensor tensor, long row, float[]? importance)
    {
        _columns = checked((int)tensor.Shape[0]);
        int bytes = checked((int)tensor.Type.RowBytes(_columns));
        if (_raw.Length < bytes) _raw = new byte[bytes];
        if (_values.Length < _columns) _values = new float[_columns];
        Span<byte> raw = _raw.AsSpan(0, bytes);
        tensor.Read(row * bytes, raw);
        if (tensor.Type.FirstInvalidBlock(raw) >= 0)
        {
            throw new QuantizeException(
                $"{tensor.Name}: a weight in row {row} is infinite or not a number; --keep-nonfinite leaves such tensors in F16");
        }
        tensor.Type.Decode(raw, _values.AsSpan(0, _columns));
        long matrixRows = tensor.Shape.Count > 1 ? tensor.Shape[1] : 1;
        _importance = importance is null ? default : importance.AsMemory((int)(row / matrixRows * _columns), _columns);
        return _values.AsSpan(0, _columns);
    }

    /// <summary>Weights of the row's columns; empty for none.</summary>
    public ReadOnlySpan<float> Importance => _importance.Span;

    /// <summary>Encodes the row that was read and decodes it again.</summary>
    /// <param name="type">The type.</param>
    /// <param name="values">Receives as many values.</param>
    public void Return(QuantType type, Span<float> values)
    {
        if (!_encoders.TryGetValue(type, out RowEncoder? encoder)) _encoders[type] = encoder = RowEncoders.Make(type);
        QuantTypeInfo info = QuantTypes.Get(type);
        int bytes = (int)info.RowBytes(_columns);
        if (_blocks.Length < bytes) _blocks = new byte[bytes];
        Span<byte> blocks = _blocks.AsSpan(0, bytes);
        encoder.Encode(_values.AsSpan(0, _columns), Importance, blocks);
        info.Decode(blocks, values);
    }
}
