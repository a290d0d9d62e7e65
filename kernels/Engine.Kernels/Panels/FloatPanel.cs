using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>Panels of plain numbers, transposed so that the 8 rows of a column lie side by side.</summary>
internal sealed unsafe class FloatPanel<TFormat>() : Panel(QuantTypes.Get(TFormat.Type), 1, Rows * TFormat.Bytes)
    where TFormat : struct, IFloatFormat
{
    public override bool IsFloat => true;

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

    public override void MultiplyToken(byte* blocks, nint panelBytes, int panels, int columns, float* x, float* c)
    {
        // Four panels at once: four chains of fused multiply-adds hide each other's latency.
        for (; panels >= 4; panels -= 4, blocks += 4 * panelBytes, c += 4 * Rows) MultiplyToken<Four>(blocks, panelBytes, columns, x, c);
        switch (panels)
        {
            case 1: MultiplyToken<One>(blocks, panelBytes, columns, x, c); break;
            case 2: MultiplyToken<Two>(blocks, panelBytes, columns, x, c); break;
            case 3: MultiplyToken<Three>(blocks, panelBytes, columns, x, c); break;
        }
    }

    private static void MultiplyToken<TPanels>(byte* w, nint panelBytes, int columns, float* x, float* c)
        where TPanels : unmanaged, ICount
    {
        Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
        byte* w2 = w + 2 * panelBytes;
        float* end = x + columns;
        for (; x < end; x++, w += Rows * TFormat.Bytes, w2 += Rows * TFormat.Bytes)
        {
            Vector256<float> input = Vector256.Create(*x);
            y0 = Vector256.FusedMultiplyAdd(TFormat.Load(w), input, y0);
            if (sizeof(TPanels) > 1) y1 = Vector256.FusedMultiplyAdd(TFormat.Load(w + panelBytes), input, y1);
            if (sizeof(TPanels) > 2) y2 = Vector256.FusedMultiplyAdd(TFormat.Load(w2), input, y2);
            if (sizeof(TPanels) > 3) y3 = Vector256.FusedMultiplyAdd(TFormat.Load(w2 + panelBytes), input, y3);
        }
        y0.Store(c);
        if (sizeof(TPanels) > 1) y1.Store(c + Rows);
        if (sizeof(TPanels) > 2) y2.Store(c + 2 * Rows);
        if (sizeof(TPanels) > 3) y3.Store(c + 3 * Rows);
    }
}
