namespace Engine.Kernels;

/// <summary>8 rows x up to 4 tokens, chosen by instruction set. See <see cref="IntegerArithmetic"/> for what is computed.</summary>
internal static unsafe class IntegerKernel
{
    /// <param name="set">The instructions.</param>
    /// <param name="blocks">Codes of a panel.</param>
    /// <param name="columns">How many, whole blocks.</param>
    /// <param name="tile">A <see cref="TokenTile"/> at the same columns.</param>
    /// <param name="tokens">Tokens of the tile, 1 to 4.</param>
    /// <param name="c">Receives 8 outputs for each token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="accumulate">Whether outputs go on from what c holds.</param>
    public static void Multiply<TCodes>(
        InstructionSet set, byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
    {
        if (set == InstructionSet.Vector128)
        {
            IntegerKernelVector128.Multiply<TCodes>(blocks, columns, tile, tokens, c, cStride, accumulate);
            return;
        }
        if (set != InstructionSet.Avx2)
        {
            IntegerKernelScalar.Multiply<TCodes>(blocks, columns, tile, tokens, c, cStride, accumulate);
            return;
        }
        if (TCodes.Signed) Avx2<TCodes, SignedCodes>(blocks, columns, tile, tokens, c, cStride, accumulate);
        else if (TCodes.Headroom * 4 >= TCodes.GroupColumns) Avx2<TCodes, CodesTo15>(blocks, columns, tile, tokens, c, cStride, accumulate);
        else if (TCodes.Headroom >= 4) Avx2<TCodes, CodesTo31>(blocks, columns, tile, tokens, c, cStride, accumulate);
        else if (TCodes.Headroom == 1) Avx2<TCodes, CodesTo127>(blocks, columns, tile, tokens, c, cStride, accumulate);
        else Avx2<TCodes, CodesTo63>(blocks, columns, tile, tokens, c, cStride, accumulate);
    }

    private static void Avx2<TCodes, TSum>(byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IColumnSum
    {
        switch (tokens)
        {
            case 1: IntegerKernelAvx2.Multiply<TCodes, TSum, One>(blocks, columns, tile, c, cStride, accumulate); break;
            case 2: IntegerKernelAvx2.Multiply<TCodes, TSum, Two>(blocks, columns, tile, c, cStride, accumulate); break;
            case 3: IntegerKernelAvx2.Multiply<TCodes, TSum, Three>(blocks, columns, tile, c, cStride, accumulate); break;
            case 4: IntegerKernelAvx2.Multiply<TCodes, TSum, Four>(blocks, columns, tile, c, cStride, accumulate); break;
        }
    }
}
