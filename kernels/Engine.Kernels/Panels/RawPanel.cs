using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// Panels of a type that has no kernel of its own: a panel block is 8 blocks of the file, one per row, and the type's reference decoder
/// makes floats of them. Correct for every type, fast for none.
/// </summary>
internal sealed unsafe class RawPanel(QuantTypeInfo info) : Panel(info, info.BlockElements, Rows * info.BlockBytes)
{
    public override void Interleave(byte* rows, nint rowBytes, int columns, byte* panel)
    {
        for (int block = 0; block < columns / BlockColumns; block++)
            for (int row = 0; row < Rows; row++, panel += Info.BlockBytes)
            {
                var source = new ReadOnlySpan<byte>(rows + row * rowBytes + block * Info.BlockBytes, Info.BlockBytes);
                source.CopyTo(new Span<byte>(panel, Info.BlockBytes));
            }
    }

    public override void Decode(byte* panel, int columns, float* tile, nint stride)
    {
        Span<float> values = stackalloc float[Stretch];
        values = values[..BlockColumns];
        for (int block = 0; block < columns / BlockColumns; block++, tile += BlockColumns * stride)
            for (int row = 0; row < Rows; row++, panel += Info.BlockBytes)
            {
                Info.Decode(new ReadOnlySpan<byte>(panel, Info.BlockBytes), values);
                for (int k = 0; k < values.Length; k++) tile[k * stride + row] = values[k];
            }
    }
}
