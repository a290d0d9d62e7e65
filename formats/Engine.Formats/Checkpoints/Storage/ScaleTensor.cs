using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Numbers in a tensor of floats, [rows, groups] or [groups, rows]; one number may serve several rows.</summary>
internal sealed class ScaleTensor : FloatTable
{
    private readonly SafetensorsTensor _tensor;
    private readonly int _groups;
    private readonly int _stride;
    private readonly int _rowsPerEntry;
    private readonly WholeContent<float>? _transposed;

    /// <summary>Makes the reader.</summary>
    /// <param name="tensor">The numbers, in one of the types of <see cref="TensorNumbers"/>.</param>
    /// <param name="groups">Numbers that a row has.</param>
    /// <param name="stride">Numbers from one to the next of the tensor's first axis: the length of its second, padding included.</param>
    /// <param name="rowsPerEntry">Rows that share their numbers.</param>
    /// <param name="transposed">Whether the tensor's first axis is the groups.</param>
    public ScaleTensor(SafetensorsTensor tensor, int groups, long stride, int rowsPerEntry = 1, bool transposed = false)
    {
        _tensor = tensor;
        _groups = groups;
        _stride = checked((int)stride);
        _rowsPerEntry = rowsPerEntry;
        if (transposed) _transposed = new(() => TensorNumbers.ReadAll(tensor));
    }

    public override void Read(int first, int count, Span<float> values)
    {
        for (int row = 0; row < count;)
        {
            int entry = (first + row) / _rowsPerEntry;
            Span<float> target = values.Slice(row * _groups, _groups);
            if (_transposed is { } whole)
            {
                float[] numbers = whole.Get();
                for (int group = 0; group < target.Length; group++) target[group] = numbers[group * _stride + entry];
            }
            else
            {
                TensorNumbers.Read(_tensor, (long)entry * _stride, target);
            }
            for (row++; row < count && (first + row) / _rowsPerEntry == entry; row++)
                target.CopyTo(values[(row * _groups)..]);
        }
    }
}
