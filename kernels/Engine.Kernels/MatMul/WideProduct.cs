namespace Engine.Kernels;

/// <summary>
/// Products of one type with many tokens in 64-byte vectors: four panels are unpacked once and read many times.
/// </summary>
internal static unsafe class WideProduct<TLeaf, TFormat>
    where TLeaf : struct, IWideLeaf
    where TFormat : struct, IIntegerFormat
{
    // Four panels of them, and a tile's activations, fit a first-level cache, from which the kernel reads twice as much as AVX2's.
    private const int UnpackedColumns = 512;

    /// <summary>Bytes of two panels of that many columns, unpacked.</summary>
    private static int PairBytes => UnpackedColumns / TokenTile.Columns * UnpackedPair<TFormat>.BlockBytes;

    /// <inheritdoc cref="IntegerProduct.Multiply"/>
    public static void Multiply(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, WorkerScratch scratch)
    {
        if (TFormat.Signed) Multiply<SignedWordSums<TLeaf>>(weight, firstPanel, panels, input, c, cStride, scratch);
        else if (TFormat.Headroom == 8) Multiply<SumsTo15<TLeaf>>(weight, firstPanel, panels, input, c, cStride, scratch);
        else if (TFormat.Headroom == 4) Multiply<SumsTo31<TLeaf>>(weight, firstPanel, panels, input, c, cStride, scratch);
        else if (TFormat.Headroom == 2) Multiply<SumsTo63<TLeaf>>(weight, firstPanel, panels, input, c, cStride, scratch);
        else Multiply<SumsTo127<TLeaf>>(weight, firstPanel, panels, input, c, cStride, scratch);
    }

    /// <summary>The blocks of a panel and, at <paramref name="next"/> bytes from there, of the one after it, or of itself as the last.</summary>
    private static byte* Pair(Matrix weight, int panel, int left, int column, int columns, WorkerScratch scratch, out nint next)
    {
        byte* first = weight.Blocks(panel, column, columns, scratch.Blocks);
        next = left > 1 ? (nint)(weight.Blocks(panel + 1, column, columns, scratch.NextBlocks) - first) : 0;
        return first;
    }

    private static void Multiply<TSum>(
        Matrix weight, int firstPanel, int panels, QuantizedRows input, float* c, nint cStride, WorkerScratch scratch)
        where TSum : struct, IWideSum
    {
        byte* a = scratch.Unpacked, b = panels > 2 ? a + PairBytes : a;
        for (int start = 0; start < weight.Columns; start += UnpackedColumns)
        {
            int columns = Math.Min(UnpackedColumns, weight.Columns - start);
            Unpack(weight, firstPanel, panels, start, columns, a, scratch);
            if (panels > 2) Unpack(weight, firstPanel + 2, panels - 2, start, columns, b, scratch);
            for (int tile = 0; tile < input.Tiles; tile++)
            {
                byte* x = input.Tile(tile, start);
                float* output = c + tile * TokenTile.Tokens * cStride;
                Tile<TSum>(a, b, columns, x, input.TileTokens(tile), output, cStride, panels * Panel.Rows, accumulate: start > 0);
            }
        }
    }

    private static void Unpack(
        Matrix weight, int panel, int left, int start, int columns, byte* unpacked, WorkerScratch scratch)
    {
        int stretch = weight.IsMapped ? Panel.Stretch : columns;
        for (int column = 0; column < columns; column += stretch)
        {
            int count = Math.Min(stretch, columns - column);
            byte* blocks = Pair(weight, panel, left, start + column, count, scratch, out nint next);
            UnpackedPair<TFormat>.Unpack(blocks, next, count, unpacked + column / TokenTile.Columns * UnpackedPair<TFormat>.BlockBytes);
        }
    }

    /// <summary>A tile of tokens; fewer rows than the kernel's are multiplied beside the outputs.</summary>
    private static void Tile<TSum>(
        byte* a, byte* b, int columns, byte* x, int tokens, float* c, nint cStride, int rows, bool accumulate)
        where TSum : struct, IWideSum
    {
        const int AllRows = IntegerTileAvx512.Panels * Panel.Rows;
        if (rows == AllRows)
        {
            Kernel<TSum>(a, b, columns, x, tokens, c, cStride, accumulate);
            return;
        }
        float* all = stackalloc float[TokenTile.Tokens * AllRows];
        for (int token = 0; token < tokens; token++)
            new Span<float>(c + token * cStride, rows).CopyTo(new Span<float>(all + token * AllRows, rows));
        Kernel<TSum>(a, b, columns, x, tokens, all, AllRows, accumulate);
        for (int token = 0; token < tokens; token++)
            new Span<float>(all + token * AllRows, rows).CopyTo(new Span<float>(c + token * cStride, rows));
    }

    private static void Kernel<TSum>(byte* a, byte* b, int columns, byte* x, int tokens, float* c, nint cStride, bool accumulate)
        where TSum : struct, IWideSum
    {
        switch (tokens)
        {
            case 1: IntegerTileAvx512.Multiply<TLeaf, TFormat, TSum, One>(a, b, columns, x, c, cStride, accumulate); break;
            case 2: IntegerTileAvx512.Multiply<TLeaf, TFormat, TSum, Two>(a, b, columns, x, c, cStride, accumulate); break;
            case 3: IntegerTileAvx512.Multiply<TLeaf, TFormat, TSum, Three>(a, b, columns, x, c, cStride, accumulate); break;
            case 4: IntegerTileAvx512.Multiply<TLeaf, TFormat, TSum, Four>(a, b, columns, x, c, cStride, accumulate); break;
        }
    }
}
