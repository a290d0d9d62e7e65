using System.Buffers;
using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Checkpoints;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>The rows of quantized weights, decoded when they are read or as blocks of integers.</summary>
internal sealed class SourceRows : StoredRows
{
    private readonly IWeightSource _source;
    private readonly IBlockRows? _blocks;

    /// <param name="source">The weights.</param>
    /// <param name="blocks">The same weights as blocks; null to decode them.</param>
    /// <param name="matrices">Matrices of a stack, 1 where there is none; a divisor of the rows.</param>
    public SourceRows(IWeightSource source, IBlockRows? blocks, int matrices)
    {
        if (matrices < 1 || source.Rows % matrices != 0)
        {
            throw new ModelFormatException(
                source.File, source.Name, $"{source.Rows} rows", $"the same number of rows for each of {matrices} matrices");
        }
        (_source, _blocks) = (source, blocks);
        (Matrices, Rows, Columns) = (matrices, source.Rows / matrices, source.Columns);
        Type = QuantTypes.Get(blocks?.Type ?? source.ValueType);
    }

    public override string File => _source.File;

    public override QuantTypeInfo Type { get; }

    public override void Read(long first, Span<byte> destination)
    {
        if (_blocks is not null)
        {
            _blocks.ReadRows((int)first, destination);
            return;
        }
        if (Type.Type == QuantType.F32)
        {
            _source.DecodeRows((int)first, MemoryMarshal.Cast<byte, float>(destination));
            return;
        }
        int count = destination.Length / Type.BlockBytes;
        float[] values = ArrayPool<float>.Shared.Rent(count);
        _source.DecodeRows((int)first, values.AsSpan(0, count));
        Type.Encode(values.AsSpan(0, count), destination);
        ArrayPool<float>.Shared.Return(values);
    }
}
