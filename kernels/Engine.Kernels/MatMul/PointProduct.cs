namespace Engine.Kernels;

/// <summary>
/// Products of a type of points. A single token is multiplied with points as they are looked up; a second one already pays for
/// unpacking them first.
/// </summary>
internal sealed unsafe class PointProduct<TFormat> : IntegerProduct<TFormat>
    where TFormat : struct, IPointFormat
{
    protected override void MultiplyFew(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, InstructionSet set,
        WorkerScratch scratch)
    {
        if (input.Rows == 1 && set == InstructionSet.Avx2)
            base.MultiplyFew(weight, firstPanel, panels, input, c, cStride, set, scratch);
        else
            MultiplyUnpacked(weight, firstPanel, panels, input, c, cStride, set, scratch);
    }

    protected override void MultiplyBlocks(
        InstructionSet set, byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate) =>
        PointKernelAvx2.Multiply<TFormat>(blocks, columns, tile, c, accumulate, TFormat.Grid);
}
