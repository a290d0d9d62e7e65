namespace Engine.Kernels;

/// <summary>
/// The float product that everything exact rests on, attention included. Weights lie k-major with their lanes side by side, and every
/// output is one chain of fused multiply-adds in ascending k: the same bits on any instruction set, for any number of tokens or lanes
/// at once, and whether k runs in one stretch or in several.
/// </summary>
public static unsafe class FloatTile
{
    /// <summary>
    /// c[t * cStride + lane] = sum over k of w[k * wStride + lane] * x[t * xStride + k], or with <paramref name="accumulate"/> that
    /// added to what c holds, the sum starting from it.
    /// </summary>
    /// <param name="w">k rows of <paramref name="lanes"/> weights.</param>
    /// <param name="wStride">Floats between two k of the weights.</param>
    /// <param name="x">One row of k inputs per token.</param>
    /// <param name="xStride">Floats between two tokens of the inputs.</param>
    /// <param name="c">One row of lanes outputs per token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="k">Terms in each sum; 0 or more.</param>
    /// <param name="tokens">0 or more.</param>
    /// <param name="lanes">A multiple of 8.</param>
    /// <param name="accumulate">Whether sums start from c instead of zero.</param>
    /// <exception cref="ArgumentException">Lanes that are no multiple of 8.</exception>
    public static void Multiply(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes, bool accumulate) =>
        Multiply(Processor.Default, w, wStride, x, xStride, c, cStride, k, tokens, lanes, accumulate);

    /// <summary>The same on a chosen instruction set.</summary>
    internal static void Multiply(
        InstructionSet set, float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes,
        bool accumulate)
    {
        if (lanes % 8 != 0) throw new ArgumentException($"The number of lanes, {lanes}, is no multiple of 8.", nameof(lanes));
        if (tokens == 1) set = Processor.Narrow(set);
        if (set == InstructionSet.Avx2)
            FloatTileAvx2.Multiply(w, wStride, x, xStride, c, cStride, k, tokens, lanes, accumulate);
        else if (set == InstructionSet.Vector128)
            FloatTileVector128.Multiply(w, wStride, x, xStride, c, cStride, k, tokens, lanes, accumulate);
        else if (set is InstructionSet.Avx512 or InstructionSet.Emulated512)
            FloatTileAvx512.Multiply(w, wStride, x, xStride, c, cStride, k, tokens, lanes, accumulate);
        else
            Scalar(w, wStride, x, xStride, c, cStride, k, tokens, lanes, accumulate);
    }

    private static void Scalar(
        float* w, nint wStride, float* x, nint xStride, float* c, nint cStride, int k, int tokens, int lanes, bool accumulate)
    {
        for (nint t = 0; t < tokens; t++)
            for (nint lane = 0; lane < lanes; lane++)
            {
                float sum = accumulate ? c[t * cStride + lane] : 0;
                for (nint i = 0; i < k; i++) sum = MathF.FusedMultiplyAdd(w[i * wStride + lane], x[t * xStride + i], sum);
                c[t * cStride + lane] = sum;
            }
    }
}
