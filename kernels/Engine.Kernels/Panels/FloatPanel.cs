using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>Panels of plain numbers, transposed so that the 8 rows of a column lie side by side.</summary>
internal sealed unsafe class FloatPanel<TFormat>() : Panel(QuantTypes.Get(TFormat.Type), 1, Rows * TFormat.Bytes)
    where TFormat : struct, IFloatFormat
{
    public override void Interleave(byte* rows, nint rowBytes, int columns, byte* panel)
    {
        for (nint row = 0; row < Rows; row++, rows += rowBytes)
        {
            if (TFormat.Bytes == 2)
                for (nint k = 0; k < columns; k++) ((ushort*)panel)[k * Rows + row] = ((ushort*)rows)[k];
            else
                for (nint k = 0; k < columns; k++) ((uint*)panel)[k * Rows + row] = ((uint*)rows)[k];
        }
    }

    public override void Decode(byte* panel, int columns, float* tile, nint stride)
    {
        for (int k = 0; k < columns; k++, panel += BlockBytes, tile += stride) TFormat.Load(panel).Store(tile);
    }
}
