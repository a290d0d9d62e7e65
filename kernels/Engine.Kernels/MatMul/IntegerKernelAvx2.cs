using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// The kernel in AVX2. Lane = row, so sums stay in their lanes: per quad one load of weights, and per token a broadcast of four activations
/// and the class's multiplication.
/// </summary>
internal static unsafe class IntegerKernelAvx2
{
    public static void Multiply<TCodes, TSum, TTokens>(byte* blocks, int columns, byte* tile, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IColumnSum
        where TTokens : unmanaged, ICount
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        int stepBytes = sizeof(TTokens) * TokenTile.TokenBytes(codeBytes), quadBytes = 4 * sizeof(TTokens) * codeBytes;
        byte* end = blocks + columns / TCodes.BlockColumns * TCodes.BlockBytes;
        Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
        if (accumulate)
        {
            y0 = Avx.LoadVector256(c);
            if (sizeof(TTokens) > 1) y1 = Avx.LoadVector256(c + cStride);
            if (sizeof(TTokens) > 2) y2 = Avx.LoadVector256(c + 2 * cStride);
            if (sizeof(TTokens) > 3) y3 = Avx.LoadVector256(c + 3 * cStride);
        }

        for (; blocks < end; blocks += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, tile += stepBytes)
            {
                Vector256<byte> w0 = TCodes.Codes(blocks, step, 0), w1 = TCodes.Codes(blocks, step, 1);
                Vector256<byte> w2 = TCodes.Codes(blocks, step, 2), w3 = TCodes.Codes(blocks, step, 3);
                Vector256<int> n0 = TSum.Half(w0, w1, w2, w3, quadBytes, tile, 0), n1 = default, n2 = default, n3 = default;
                if (sizeof(TTokens) > 1) n1 = TSum.Half(w0, w1, w2, w3, quadBytes, tile, 4);
                if (sizeof(TTokens) > 2) n2 = TSum.Half(w0, w1, w2, w3, quadBytes, tile, 8);
                if (sizeof(TTokens) > 3) n3 = TSum.Half(w0, w1, w2, w3, quadBytes, tile, 12);
                Vector256<float> scales;
                if (TCodes.GroupColumns == 16)
                {
                    scales = TCodes.Scales(blocks, step, 0);
                    y0 = Scale<TCodes, TSum, TTokens>(0, tile, 0, n0, scales, y0);
                    if (sizeof(TTokens) > 1) y1 = Scale<TCodes, TSum, TTokens>(0, tile, 1, n1, scales, y1);
                    if (sizeof(TTokens) > 2) y2 = Scale<TCodes, TSum, TTokens>(0, tile, 2, n2, scales, y2);
                    if (sizeof(TTokens) > 3) y3 = Scale<TCodes, TSum, TTokens>(0, tile, 3, n3, scales, y3);
                    if (TCodes.HasOffset)
                    {
                        Vector256<float> offsets = TCodes.Offsets(blocks, step, 0);
                        y0 = Offset<TCodes, TTokens>(0, tile, 0, offsets, y0);
                        if (sizeof(TTokens) > 1) y1 = Offset<TCodes, TTokens>(0, tile, 1, offsets, y1);
                        if (sizeof(TTokens) > 2) y2 = Offset<TCodes, TTokens>(0, tile, 2, offsets, y2);
                        if (sizeof(TTokens) > 3) y3 = Offset<TCodes, TTokens>(0, tile, 3, offsets, y3);
                    }
                }

                w0 = TCodes.Codes(blocks, step, 4);
                w1 = TCodes.Codes(blocks, step, 5);
                w2 = TCodes.Codes(blocks, step, 6);
                w3 = TCodes.Codes(blocks, step, 7);
                n0 = Join<TCodes, TSum>(n0, TSum.Half(w0, w1, w2, w3, quadBytes, tile, 4 * quadBytes));
                if (sizeof(TTokens) > 1) n1 = Join<TCodes, TSum>(n1, TSum.Half(w0, w1, w2, w3, quadBytes, tile, 4 * quadBytes + 4));
                if (sizeof(TTokens) > 2) n2 = Join<TCodes, TSum>(n2, TSum.Half(w0, w1, w2, w3, quadBytes, tile, 4 * quadBytes + 8));
                if (sizeof(TTokens) > 3) n3 = Join<TCodes, TSum>(n3, TSum.Half(w0, w1, w2, w3, quadBytes, tile, 4 * quadBytes + 12));
                scales = TCodes.GroupColumns == 16 ? TCodes.Scales(blocks, step, 1) : TCodes.Scales(blocks, step, 0);
                y0 = Scale<TCodes, TSum, TTokens>(1, tile, 0, n0, scales, y0);
                if (sizeof(TTokens) > 1) y1 = Scale<TCodes, TSum, TTokens>(1, tile, 1, n1, scales, y1);
                if (sizeof(TTokens) > 2) y2 = Scale<TCodes, TSum, TTokens>(1, tile, 2, n2, scales, y2);
                if (sizeof(TTokens) > 3) y3 = Scale<TCodes, TSum, TTokens>(1, tile, 3, n3, scales, y3);
                if (TCodes.HasOffset)
                {
                    Vector256<float> offsets = TCodes.Offsets(blocks, step, TCodes.GroupColumns == 16 ? 1 : 0);
                    y0 = Offset<TCodes, TTokens>(1, tile, 0, offsets, y0);
                    if (sizeof(TTokens) > 1) y1 = Offset<TCodes, TTokens>(1, tile, 1, offsets, y1);
                    if (sizeof(TTokens) > 2) y2 = Offset<TCodes, TTokens>(1, tile, 2, offsets, y2);
                    if (sizeof(TTokens) > 3) y3 = Offset<TCodes, TTokens>(1, tile, 3, offsets, y3);
                }
            }

        Avx.Store(c, y0);
        if (sizeof(TTokens) > 1) Avx.Store(c + cStride, y1);
        if (sizeof(TTokens) > 2) Avx.Store(c + 2 * cStride, y2);
        if (sizeof(TTokens) > 3) Avx.Store(c + 3 * cStride, y3);
    }

    /// <summary>The last group's sums when a step ends: those of both its halves, or of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Join<TCodes, TSum>(Vector256<int> first, Vector256<int> last)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IColumnSum
    {
        if (TCodes.GroupColumns == 16) return last;
        return typeof(TSum) == typeof(CodesTo15) ? Avx2.Add(first.AsInt16(), last.AsInt16()).AsInt32() : Avx2.Add(first, last);
    }

    /// <summary>The end of a group: its integer sum into the output.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale<TCodes, TSum, TTokens>(
        int half, byte* tile, int token, Vector256<int> sum, Vector256<float> scales, Vector256<float> y)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IColumnSum
        where TTokens : unmanaged, ICount
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        if (typeof(TSum) == typeof(CodesTo15)) sum = ColumnSum.Widen(sum.AsInt16());
        if (TCodes.ZeroPoint != 0)
        {
            // Both 16-bit sums of the step times the zero point, or the half's alone.
            int both = TCodes.GroupColumns == 32 ? TCodes.ZeroPoint * 0x10001 : TCodes.ZeroPoint << (16 * half);
            Vector256<short> sums = Vector256.Create(*(int*)(tile + TokenTile.SumsAt(codeBytes, sizeof(TTokens), token))).AsInt16();
            sum = Avx2.Subtract(sum, Avx2.MultiplyAddAdjacent(sums, Vector256.Create(both).AsInt16()));
        }
        Vector256<float> product = Avx.Multiply(scales, Float(tile + TokenTile.ScaleAt(codeBytes, sizeof(TTokens), token)));
        return Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), product, y);
    }

    /// <summary>The offsets of a group times the sum of its activations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Offset<TCodes, TTokens>(
        int half, byte* tile, int token, Vector256<float> offsets, Vector256<float> y)
        where TCodes : struct, IIntegerCodes
        where TTokens : unmanaged, ICount
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        int at = TCodes.GroupColumns == 32
            ? TokenTile.ScaledSumAt(codeBytes, sizeof(TTokens), token)
            : TokenTile.ScaledHalfSumAt(codeBytes, sizeof(TTokens), token, half);
        return Fma.MultiplyAdd(offsets, Float(tile + at), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Float(byte* value) => Vector256.Create(*(float*)value);
}
