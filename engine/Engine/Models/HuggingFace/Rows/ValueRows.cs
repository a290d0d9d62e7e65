using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>A vector that no tensor of the checkpoint holds: made of its config.json.</summary>
internal sealed class ValueRows : StoredRows
{
    private readonly float[] _values;

    public ValueRows(string file, float[] values)
    {
        (File, _values) = (file, values);
        (Rows, Columns, IsVector) = (values.Length, 1, true);
    }

    public override string File { get; }

    public override QuantTypeInfo Type => QuantTypes.Get(QuantType.F32);

    public override void Read(long first, Span<byte> destination) =>
        MemoryMarshal.AsBytes(_values.AsSpan()).Slice((int)(first * sizeof(float)), destination.Length).CopyTo(destination);
}
