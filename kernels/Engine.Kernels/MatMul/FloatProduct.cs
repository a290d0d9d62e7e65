namespace Engine.Kernels;

/// <summary>The product in floats, for any type: a stretch of a few panels is decoded once and multiplied with all tokens.</summary>
internal static unsafe class FloatProduct
{
    /// <param name="weight">The weights.</param>
    /// <param name="firstPanel">The first of <paramref name="panels"/> panels, at most <see cref="WorkerScratch.Panels"/>.</param>
    /// <param name="panels">How many.</param>
    /// <param name="input">One row per token.</param>
    /// <param name="c">Receives 8 outputs per panel for each token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="set">The instructions.</param>
    /// <param name="scratch">The worker's buffers.</param>
    public static void Multiply(
        Matrix weight, int firstPanel, int panels, FloatRows input, float* c, nint cStride, InstructionSet set, WorkerScratch scratch)
    {
        if (input.Count == 1 && weight.Layout.IsFloat && !weight.IsMapped)
        {
            byte* blocks = weight.Blocks(firstPanel, 0, weight.Columns, null);
            weight.Layout.MultiplyToken(blocks, (nint)weight.PanelBytes, panels, weight.Columns, input.Pointer, c);
            return;
        }

        int lanes = panels * Panel.Rows;
        for (int column = 0; column < weight.Columns; column += Panel.Stretch)
        {
            int columns = Math.Min(Panel.Stretch, weight.Columns - column);
            for (int panel = 0; panel < panels; panel++)
            {
                byte* blocks = weight.Blocks(firstPanel + panel, column, columns, scratch.Blocks);
                weight.Layout.Decode(blocks, columns, scratch.Tile + panel * Panel.Rows, lanes);
            }
            FloatTile.Multiply(
                set, scratch.Tile, lanes, input.Pointer + column, input.Stride, c, cStride, columns, input.Count, lanes,
                accumulate: column > 0);
        }
    }
}
