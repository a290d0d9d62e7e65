using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// The kernel in AVX2. Lane = row, so sums stay in their lanes: per quad one load of weights, and per token a broadcast of four activations,
/// vpmaddubsw and vpaddw. Sums stay in 16 bits for as many quads as the class has headroom, in which vpmaddubsw cannot saturate either.
/// </summary>
internal static unsafe class IntegerKernelAvx2
{
    public static void Multiply<TCodes, TTokens>(byte* blocks, int columns, byte* tile, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
        where TTokens : struct, ICount
    {
        Vector256<float> y0 = default, y1 = default, y2 = default, y3 = default;
        if (accumulate)
        {
            y0 = Avx.LoadVector256(c);
            if (TTokens.Value > 1) y1 = Avx.LoadVector256(c + cStride);
            if (TTokens.Value > 2) y2 = Avx.LoadVector256(c + 2 * cStride);
            if (TTokens.Value > 3) y3 = Avx.LoadVector256(c + 3 * cStride);
        }

        byte* end = blocks + columns / TCodes.BlockColumns * TCodes.BlockBytes;
        for (; blocks < end; blocks += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, tile += TTokens.Value * TokenTile.TokenBytes)
            {
                Vector256<short> a0 = default, a1 = default, a2 = default, a3 = default;
                Vector256<int> n0 = default, n1 = default, n2 = default, n3 = default;
                Quad<TCodes, TTokens>(blocks, step, 0, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 1, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 2, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 3, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                if (TCodes.GroupColumns == 16)
                    Group<TCodes, TTokens>(blocks, step, 0, tile, n0, n1, n2, n3, ref y0, ref y1, ref y2, ref y3);
                Quad<TCodes, TTokens>(blocks, step, 4, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 5, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 6, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Quad<TCodes, TTokens>(blocks, step, 7, tile, ref a0, ref a1, ref a2, ref a3, ref n0, ref n1, ref n2, ref n3);
                Group<TCodes, TTokens>(
                    blocks, step, TCodes.GroupColumns == 16 ? 1 : 0, tile, n0, n1, n2, n3, ref y0, ref y1, ref y2, ref y3);
                if (TCodes.HasOffset)
                {
                    Vector256<float> offsets = TCodes.Offsets(blocks, step);
                    y0 = Fma.MultiplyAdd(offsets, Float(tile + TokenTile.ScaledSumAt(TTokens.Value, 0)), y0);
                    if (TTokens.Value > 1) y1 = Fma.MultiplyAdd(offsets, Float(tile + TokenTile.ScaledSumAt(TTokens.Value, 1)), y1);
                    if (TTokens.Value > 2) y2 = Fma.MultiplyAdd(offsets, Float(tile + TokenTile.ScaledSumAt(TTokens.Value, 2)), y2);
                    if (TTokens.Value > 3) y3 = Fma.MultiplyAdd(offsets, Float(tile + TokenTile.ScaledSumAt(TTokens.Value, 3)), y3);
                }
            }

        Avx.Store(c, y0);
        if (TTokens.Value > 1) Avx.Store(c + cStride, y1);
        if (TTokens.Value > 2) Avx.Store(c + 2 * cStride, y2);
        if (TTokens.Value > 3) Avx.Store(c + 3 * cStride, y3);
    }

    /// <summary>Four columns of all rows and tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad<TCodes, TTokens>(
        byte* block, int step, int quad, byte* tile,
        ref Vector256<short> a0, ref Vector256<short> a1, ref Vector256<short> a2, ref Vector256<short> a3,
        ref Vector256<int> n0, ref Vector256<int> n1, ref Vector256<int> n2, ref Vector256<int> n3)
        where TCodes : struct, IIntegerCodes
        where TTokens : struct, ICount
    {
        Vector256<byte> codes = TCodes.Codes(block, step, quad);
        Vector256<byte> magnitudes = TCodes.Signed ? Avx2.Abs(codes.AsSByte()) : codes;
        tile += TokenTile.CodesAt(TTokens.Value, quad, 0);
        Add<TCodes>(quad, codes, magnitudes, tile, ref a0, ref n0);
        if (TTokens.Value > 1) Add<TCodes>(quad, codes, magnitudes, tile + 4, ref a1, ref n1);
        if (TTokens.Value > 2) Add<TCodes>(quad, codes, magnitudes, tile + 8, ref a2, ref n2);
        if (TTokens.Value > 3) Add<TCodes>(quad, codes, magnitudes, tile + 12, ref a3, ref n3);
    }

    /// <summary>Four columns of a token: into the 16-bit sums, and from these into the group's sum when their headroom is used up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TCodes>(
        int quad, Vector256<byte> codes, Vector256<byte> magnitudes, byte* activations, ref Vector256<short> narrow, ref Vector256<int> sum)
        where TCodes : struct, IIntegerCodes
    {
        int quads = TCodes.GroupColumns / 4;
        int run = Math.Min(TCodes.Headroom, quads);
        Vector256<sbyte> four = Vector256.Create(*(int*)activations).AsSByte();
        if (TCodes.Signed) four = Avx2.Sign(four, codes.AsSByte());
        Vector256<short> products = Avx2.MultiplyAddAdjacent(magnitudes, four);
        narrow = quad % run == 0 ? products : Avx2.Add(narrow, products);
        if (quad % run != run - 1) return;
        Vector256<int> wide = Avx2.MultiplyAddAdjacent(narrow, Vector256<short>.One);
        sum = quad % quads == run - 1 ? wide : Avx2.Add(sum, wide);
    }

    /// <summary>The end of a group: its integer sums into the outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Group<TCodes, TTokens>(
        byte* block, int step, int half, byte* tile, Vector256<int> n0, Vector256<int> n1, Vector256<int> n2, Vector256<int> n3,
        ref Vector256<float> y0, ref Vector256<float> y1, ref Vector256<float> y2, ref Vector256<float> y3)
        where TCodes : struct, IIntegerCodes
        where TTokens : struct, ICount
    {
        Vector256<float> scales = TCodes.Scales(block, step, half);
        y0 = Scale<TCodes, TTokens>(half, tile, 0, n0, scales, y0);
        if (TTokens.Value > 1) y1 = Scale<TCodes, TTokens>(half, tile, 1, n1, scales, y1);
        if (TTokens.Value > 2) y2 = Scale<TCodes, TTokens>(half, tile, 2, n2, scales, y2);
        if (TTokens.Value > 3) y3 = Scale<TCodes, TTokens>(half, tile, 3, n3, scales, y3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale<TCodes, TTokens>(
        int half, byte* tile, int token, Vector256<int> sum, Vector256<float> scales, Vector256<float> y)
        where TCodes : struct, IIntegerCodes
        where TTokens : struct, ICount
    {
        if (TCodes.ZeroPoint != 0)
        {
            // Both 16-bit sums of the step times the zero point, or the half's alone.
            int both = TCodes.GroupColumns == 32 ? TCodes.ZeroPoint * 0x10001 : TCodes.ZeroPoint << (16 * half);
            Vector256<short> sums = Vector256.Create(*(int*)(tile + TokenTile.SumsAt(TTokens.Value, token))).AsInt16();
            sum = Avx2.Subtract(sum, Avx2.MultiplyAddAdjacent(sums, Vector256.Create(both).AsInt16()));
        }
        Vector256<float> product = Avx.Multiply(scales, Float(tile + TokenTile.ScaleAt(TTokens.Value, token)));
        return Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), product, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Float(byte* value) => Vector256.Create(*(float*)value);
}
