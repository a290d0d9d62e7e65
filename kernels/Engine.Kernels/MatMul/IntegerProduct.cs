namespace Engine.Kernels;

/// <summary>Products of quantized activations with a type in integer codes.</summary>
internal abstract unsafe class IntegerProduct
{
    /// <summary>Bytes of the activations' codes.</summary>
    public abstract int CodeBytes { get; }

    /// <summary>Bytes of a panel of <see cref="WorkerScratch.UnpackedColumns"/> columns, unpacked.</summary>
    public abstract int UnpackedPanelBytes { get; }

    /// <param name="weight">The weights.</param>
    /// <param name="firstPanel">The first of <paramref name="panels"/> panels, at most <see cref="WorkerScratch.Panels"/>.</param>
    /// <param name="panels">How many.</param>
    /// <param name="input">The tokens.</param>
    /// <param name="c">Receives 8 outputs per panel for each token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="set">The instructions.</param>
    /// <param name="scratch">The worker's buffers.</param>
    public abstract void Multiply(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, InstructionSet set,
        WorkerScratch scratch);
}

/// <summary>
/// Products of one type. A few tokens are multiplied with the native bits; for more, panels are unpacked once and read many times.
/// </summary>
internal unsafe class IntegerProduct<TFormat> : IntegerProduct
    where TFormat : struct, IIntegerFormat
{
    public override int CodeBytes => TokenTile.CodeBytes<TFormat>();

    public override int UnpackedPanelBytes => PanelBytes;

    private static int PanelBytes => WorkerScratch.UnpackedColumns / TokenTile.Columns * UnpackedCodes<TFormat>.BlockBytes;

    public override void Multiply(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, InstructionSet set,
        WorkerScratch scratch)
    {
        if (input.Tiles == 1)
            MultiplyFew(weight, firstPanel, panels, input, c, cStride, Processor.Narrow(set), scratch);
        else if (set == InstructionSet.Avx512)
            WideProduct<HardwareLeaf, TFormat>.Multiply(weight, firstPanel, panels, input, c, cStride, scratch);
        else if (set == InstructionSet.Emulated512)
            WideProduct<EmulatedLeaf, TFormat>.Multiply(weight, firstPanel, panels, input, c, cStride, scratch);
        else
            MultiplyUnpacked(weight, firstPanel, panels, input, c, cStride, set, scratch);
    }

    /// <summary>A single tile of tokens, times native bits.</summary>
    /// <inheritdoc cref="IntegerProduct.Multiply"/>
    protected virtual void MultiplyFew(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, InstructionSet set,
        WorkerScratch scratch)
    {
        int stretch = weight.IsMapped ? Panel.Stretch : weight.Columns;
        for (int panel = 0; panel < panels; panel++)
            for (int column = 0; column < weight.Columns; column += stretch)
            {
                int columns = Math.Min(stretch, weight.Columns - column);
                byte* blocks = weight.Blocks(firstPanel + panel, column, columns, scratch.Blocks);
                float* output = c + panel * Panel.Rows;
                MultiplyBlocks(set, blocks, columns, input.Tile(0, column), input.Rows, output, cStride, accumulate: column > 0);
            }
    }

    /// <inheritdoc cref="IntegerKernel.Multiply"/>
    protected virtual void MultiplyBlocks(
        InstructionSet set, byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate) =>
        IntegerKernel.Multiply<TFormat>(set, blocks, columns, tile, tokens, c, cStride, accumulate);

    /// <summary>Any number of tokens, times codes that are unpacked first.</summary>
    /// <inheritdoc cref="IntegerProduct.Multiply"/>
    protected static void MultiplyUnpacked(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, InstructionSet set,
        WorkerScratch scratch)
    {
        for (int start = 0; start < weight.Columns; start += WorkerScratch.UnpackedColumns)
        {
            int columns = Math.Min(WorkerScratch.UnpackedColumns, weight.Columns - start);
            for (int panel = 0; panel < panels; panel++)
                Unpack(weight, firstPanel + panel, start, columns, scratch.Unpacked + panel * PanelBytes, scratch.Blocks);
            for (int tile = 0; tile < input.Tiles; tile++)
            {
                float* output = c + tile * TokenTile.Tokens * cStride;
                Tile(scratch.Unpacked, panels, columns, input, tile, start, output, cStride, set);
            }
        }
    }

    /// <summary>Unpacked panels, in pairs where that is possible, times one tile of tokens.</summary>
    private static void Tile(
        byte* unpacked, int panels, int columns, QuantizedRows input, int tile, int start, float* c, nint cStride, InstructionSet set)
    {
        byte* activations = input.Tile(tile, start);
        int tokens = input.TileTokens(tile), panel = 0;
        if (set == InstructionSet.Avx2 && tokens == TokenTile.Tokens)
        {
            for (; panel + 2 <= panels; panel += 2, unpacked += 2 * PanelBytes, c += 2 * Panel.Rows)
                IntegerPairKernelAvx2.Multiply<TFormat>(
                    unpacked, unpacked + PanelBytes, columns, activations, c, cStride, accumulate: start > 0);
        }
        for (; panel < panels; panel++, unpacked += PanelBytes, c += Panel.Rows)
            IntegerKernel.Multiply<UnpackedCodes<TFormat>>(set, unpacked, columns, activations, tokens, c, cStride, accumulate: start > 0);
    }

    private static void Unpack(Matrix weight, int panel, int start, int columns, byte* unpacked, byte* scratch)
    {
        int stretch = weight.IsMapped ? Panel.Stretch : columns;
        for (int column = 0; column < columns; column += stretch)
        {
            int count = Math.Min(stretch, columns - column);
            byte* blocks = weight.Blocks(panel, start + column, count, scratch);
            UnpackedCodes<TFormat>.Unpack(blocks, count, unpacked + column / TokenTile.Columns * UnpackedCodes<TFormat>.BlockBytes);
        }
    }
}
