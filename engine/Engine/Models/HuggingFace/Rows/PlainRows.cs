using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Numerics;
using Engine.Formats.Safetensors;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>The rows of a tensor of floating-point numbers. Those of 8 bits are read as F16, which holds all of them exactly.</summary>
internal sealed class PlainRows : StoredRows
{
    private static readonly ushort[] E4M3Halves = [.. Enumerable.Range(0, 256).Select(code => Fp16.FromSingle(E4M3.ToSingle((byte)code)))];
    private static readonly ushort[] E5M2Halves = [.. Enumerable.Range(0, 256).Select(code => (ushort)(code << 8))];

    private readonly SafetensorsTensor _tensor;
    private readonly ushort[]? _halves;

    /// <summary>Takes a tensor as a vector, a matrix, or a stack of either.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="ofVectors">Whether the last axis is that of a vector, and one before it counts vectors (biases of experts).</param>
    /// <exception cref="ModelFormatException">The tensor is empty, has too many axes, or holds no floating-point numbers.</exception>
    public PlainRows(SafetensorsTensor tensor, bool ofVectors)
    {
        _tensor = tensor;
        (Type, _halves) = TypeOf(tensor);
        IReadOnlyList<long> shape = tensor.Shape;
        int axes = shape.Count;
        IsVector = ofVectors || axes == 1;
        int most = IsVector ? 2 : 3;
        if (axes < 1 || axes > most || shape.Any(length => length is < 1 or > int.MaxValue))
        {
            throw new ModelFormatException(
                tensor.File, tensor.Name, $"shape [{string.Join(", ", shape)}]", $"1 to {most} lengths from 1 to {int.MaxValue}");
        }
        Columns = IsVector ? 1 : (int)shape[^1];
        Rows = (int)(IsVector ? shape[^1] : shape[^2]);
        Matrices = axes == most ? (int)shape[0] : 1;
    }

    public override string File => _tensor.File;

    public override QuantTypeInfo Type { get; }

    public override nint Address => _halves is null && _tensor.Address % sizeof(float) == 0 ? _tensor.Address : 0;

    public override void Read(long first, Span<byte> destination)
    {
        if (_halves is null)
        {
            _tensor.Read(first * RowBytes, destination);
            return;
        }
        // The codes are read into the second half of the room and widened from the front: none is overwritten before it is read.
        int count = destination.Length / sizeof(ushort);
        Span<byte> codes = destination[count..];
        _tensor.Read(first * Columns, codes);
        Span<ushort> values = MemoryMarshal.Cast<byte, ushort>(destination);
        for (int i = 0; i < count; i++) values[i] = _halves[codes[i]];
    }

    private static (QuantTypeInfo Type, ushort[]? Halves) TypeOf(SafetensorsTensor tensor) => tensor.DType switch
    {
        SafetensorsDType.F32 => (QuantTypes.Get(QuantType.F32), null),
        SafetensorsDType.F16 => (QuantTypes.Get(QuantType.F16), null),
        SafetensorsDType.BF16 => (QuantTypes.Get(QuantType.BF16), null),
        SafetensorsDType.F8_E4M3 => (QuantTypes.Get(QuantType.F16), E4M3Halves),
        SafetensorsDType.F8_E5M2 => (QuantTypes.Get(QuantType.F16), E5M2Halves),
        _ => throw new ModelFormatException(tensor.File, tensor.Name, $"numbers of type {tensor.DType}", "F32, F16, BF16, F8_E4M3 or F8_E5M2"),
    };
}
