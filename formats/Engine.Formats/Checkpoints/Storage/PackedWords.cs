using System.Runtime.InteropServices;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Integers packed into 32-bit words, as GPTQ, AWQ and compressed-tensors do along one axis or the other.</summary>
internal sealed class PackedWords : IntegerTable
{
    private readonly SafetensorsTensor _tensor;
    private readonly WordPacking _packing;
    private readonly int _columns;
    private readonly int _stride;
    private readonly WholeContent<uint>? _whole;

    /// <summary>Makes the reader.</summary>
    /// <param name="tensor">Words [a, b].</param>
    /// <param name="packing">How integers lie in them.</param>
    /// <param name="columns">Integers of a row of the matrix.</param>
    public PackedWords(SafetensorsTensor tensor, WordPacking packing, int columns)
    {
        _tensor = tensor;
        _packing = packing;
        _columns = columns;
        _stride = (int)tensor.Shape[1];
        if (packing.Transposed || packing.AlongFirst) _whole = new(() => ReadWords(0, tensor.Elements));
    }

    public override void Read(int first, int count, Span<byte> values)
    {
        uint[] words = _whole?.Get() ?? ReadWords((long)first * _stride, (long)count * _stride);
        int firstRow = _whole is null ? 0 : first;
        // From one word to the next of the same run of bits, and from one run to the next.
        (int next, int run) = _packing.AlongFirst ? (_stride, 1) : (1, _stride);
        bool runIsRow = _packing.AlongFirst == _packing.Transposed;
        for (int row = 0; row < count; row++)
        {
            Span<byte> target = values.Slice(row * _columns, _columns);
            for (int column = 0; column < target.Length; column++)
            {
                (int place, int other) = runIsRow ? (column, firstRow + row) : (firstRow + row, column);
                long bit = _packing.FirstBit(place);
                target[column] = Extract(words, other * run + (int)(bit / 32) * next, next, (int)(bit % 32));
            }
        }
    }

    private byte Extract(uint[] words, int at, int next, int shift)
    {
        uint value = words[at] >> shift;
        if (shift + _packing.Bits > 32) value |= words[at + next] << (32 - shift);
        return (byte)(value & ((1u << _packing.Bits) - 1));
    }

    private uint[] ReadWords(long first, long count)
    {
        if (count > Array.MaxLength)
            throw new ModelFormatException(_tensor.File, _tensor.Name, $"{count} words", $"at most {Array.MaxLength} at once");
        var words = new uint[count];
        _tensor.Read(first * sizeof(uint), MemoryMarshal.AsBytes(words.AsSpan()));
        if (_packing.Addend != 0)
        {
            foreach (ref uint word in words.AsSpan()) word += _packing.Addend;
        }
        return words;
    }
}
