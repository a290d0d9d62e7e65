using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// 16 rows x 4 tokens, unpacked. Two panels share each broadcast of activations, which are what bounds <see cref="IntegerKernelAvx2"/>.
/// The same results.
/// </summary>
internal static unsafe class IntegerPairKernelAvx2
{
    /// <param name="a">Codes of a panel, one step to a block.</param>
    /// <param name="b">Codes of the next.</param>
    /// <param name="columns">How many, whole blocks.</param>
    /// <param name="tile">A <see cref="TokenTile"/> of 4 tokens at the same columns.</param>
    /// <param name="c">Receives 16 outputs for each token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="accumulate">Whether outputs go on from what c holds.</param>
    public static void Multiply<TCodes>(byte* a, byte* b, int columns, byte* tile, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
    {
        if (TCodes.Signed) Multiply<TCodes, WordSum>(a, b, columns, tile, c, cStride, accumulate);
        else if (TCodes.Headroom * 4 >= TCodes.GroupColumns) Multiply<TCodes, GroupSum>(a, b, columns, tile, c, cStride, accumulate);
        else if (TCodes.Headroom >= 2) Multiply<TCodes, TwoQuadSum>(a, b, columns, tile, c, cStride, accumulate);
        else Multiply<TCodes, QuadSum>(a, b, columns, tile, c, cStride, accumulate);
    }

    private static void Multiply<TCodes, TSum>(byte* a, byte* b, int columns, byte* tile, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IPairSum
    {
        Vector256<float> ya0 = default, ya1 = default, ya2 = default, ya3 = default;
        Vector256<float> yb0 = default, yb1 = default, yb2 = default, yb3 = default;
        if (accumulate)
        {
            ya0 = Avx.LoadVector256(c);
            ya1 = Avx.LoadVector256(c + cStride);
            ya2 = Avx.LoadVector256(c + 2 * cStride);
            ya3 = Avx.LoadVector256(c + 3 * cStride);
            yb0 = Avx.LoadVector256(c + 8);
            yb1 = Avx.LoadVector256(c + cStride + 8);
            yb2 = Avx.LoadVector256(c + 2 * cStride + 8);
            yb3 = Avx.LoadVector256(c + 3 * cStride + 8);
        }

        nint next = (nint)(b - a);
        for (; columns > 0; columns -= TokenTile.Columns)
        {
            byte* w = a, x = tile;
            for (int half = 0; half < TokenTile.Columns / TCodes.GroupColumns; half++)
            {
                Vector256<int> na0 = Start<TCodes, TSum>(half, tile, 0), na1 = Start<TCodes, TSum>(half, tile, 1);
                Vector256<int> na2 = Start<TCodes, TSum>(half, tile, 2), na3 = Start<TCodes, TSum>(half, tile, 3);
                Vector256<int> nb0 = na0, nb1 = na1, nb2 = na2, nb3 = na3;
                byte* end = w + 8 * TCodes.GroupColumns;
                do
                {
                    Vector256<byte> wa0 = First<TCodes>(w), wa1 = Second<TCodes>(w);
                    Vector256<byte> wb0 = First<TCodes>(w + next), wb1 = Second<TCodes>(w + next);
                    Vector256<sbyte> x0 = Four(x), x1 = Four(x + 16);
                    na0 = TSum.Add(na0, wa0, wa1, x0, x1);
                    nb0 = TSum.Add(nb0, wb0, wb1, x0, x1);
                    x0 = Four(x + 4);
                    x1 = Four(x + 20);
                    na1 = TSum.Add(na1, wa0, wa1, x0, x1);
                    nb1 = TSum.Add(nb1, wb0, wb1, x0, x1);
                    x0 = Four(x + 8);
                    x1 = Four(x + 24);
                    na2 = TSum.Add(na2, wa0, wa1, x0, x1);
                    nb2 = TSum.Add(nb2, wb0, wb1, x0, x1);
                    x0 = Four(x + 12);
                    x1 = Four(x + 28);
                    na3 = TSum.Add(na3, wa0, wa1, x0, x1);
                    nb3 = TSum.Add(nb3, wb0, wb1, x0, x1);
                    w += TCodes.Signed ? 32 : 64;
                    x += 32;
                }
                while (w < end);

                Vector256<float> scalesA = UnpackedCodes<TCodes>.Scales(a, 0, half), scalesB = UnpackedCodes<TCodes>.Scales(b, 0, half);
                ya0 = Scale<TCodes, TSum>(half, tile, 0, TSum.End(na0), scalesA, ya0);
                yb0 = Scale<TCodes, TSum>(half, tile, 0, TSum.End(nb0), scalesB, yb0);
                ya1 = Scale<TCodes, TSum>(half, tile, 1, TSum.End(na1), scalesA, ya1);
                yb1 = Scale<TCodes, TSum>(half, tile, 1, TSum.End(nb1), scalesB, yb1);
                ya2 = Scale<TCodes, TSum>(half, tile, 2, TSum.End(na2), scalesA, ya2);
                yb2 = Scale<TCodes, TSum>(half, tile, 2, TSum.End(nb2), scalesB, yb2);
                ya3 = Scale<TCodes, TSum>(half, tile, 3, TSum.End(na3), scalesA, ya3);
                yb3 = Scale<TCodes, TSum>(half, tile, 3, TSum.End(nb3), scalesB, yb3);
                if (!TCodes.HasOffset) continue;
                Vector256<float> offsetsA = UnpackedCodes<TCodes>.Offsets(a, 0, half), offsetsB = UnpackedCodes<TCodes>.Offsets(b, 0, half);
                Vector256<float> sum = ScaledSum<TCodes>(half, tile, 0);
                ya0 = Fma.MultiplyAdd(offsetsA, sum, ya0);
                yb0 = Fma.MultiplyAdd(offsetsB, sum, yb0);
                sum = ScaledSum<TCodes>(half, tile, 1);
                ya1 = Fma.MultiplyAdd(offsetsA, sum, ya1);
                yb1 = Fma.MultiplyAdd(offsetsB, sum, yb1);
                sum = ScaledSum<TCodes>(half, tile, 2);
                ya2 = Fma.MultiplyAdd(offsetsA, sum, ya2);
                yb2 = Fma.MultiplyAdd(offsetsB, sum, yb2);
                sum = ScaledSum<TCodes>(half, tile, 3);
                ya3 = Fma.MultiplyAdd(offsetsA, sum, ya3);
                yb3 = Fma.MultiplyAdd(offsetsB, sum, yb3);
            }
            a += UnpackedCodes<TCodes>.BlockBytes;
            b += UnpackedCodes<TCodes>.BlockBytes;
            tile += TokenTile.Tokens * TokenTile.TokenBytes(TokenTile.CodeBytes<TCodes>());
        }

        Avx.Store(c, ya0);
        Avx.Store(c + cStride, ya1);
        Avx.Store(c + 2 * cStride, ya2);
        Avx.Store(c + 3 * cStride, ya3);
        Avx.Store(c + 8, yb0);
        Avx.Store(c + cStride + 8, yb1);
        Avx.Store(c + 2 * cStride + 8, yb2);
        Avx.Store(c + 3 * cStride + 8, yb3);
    }

    /// <summary>The vector that belongs to the first word of activations: a quad, or columns 0 and 2 of a signed one in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> First<TCodes>(byte* codes)
        where TCodes : struct, IIntegerCodes
    {
        Vector256<byte> quad = Avx.LoadVector256(codes);
        return TCodes.Signed ? Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(quad.AsInt16(), 8), 8).AsByte() : quad;
    }

    /// <summary>The vector that belongs to the second: the next quad, or columns 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Second<TCodes>(byte* codes)
        where TCodes : struct, IIntegerCodes =>
        TCodes.Signed ? Avx2.ShiftRightArithmetic(Avx.LoadVector256((short*)codes), 8).AsByte() : Avx.LoadVector256(codes + 32);

    /// <summary>
    /// What a group's sums start from: less the zero point times the sum of the activations, where there is room for that. In 16 bits there
    /// is for zero points up to 8 in groups of 16 columns: 4 x 2 x 15 x 127 + 8 x 16 x 127 = 31496.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Start<TCodes, TSum>(int half, byte* tile, int token)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IPairSum
    {
        if (TCodes.ZeroPoint == 0 || !StartsBelowZero<TCodes, TSum>()) return default;
        if (typeof(TSum) != typeof(GroupSum)) return GroupSums<TCodes>(half, -TCodes.ZeroPoint, tile, token);
        Vector256<int> factors = Vector256.Create((-TCodes.ZeroPoint & 0xFFFF) << (16 * half));
        return Avx2.MultiplyLow(Sums<TCodes>(tile, token), factors.AsInt16()).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool StartsBelowZero<TCodes, TSum>()
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IPairSum =>
        typeof(TSum) != typeof(GroupSum) || (TCodes.Headroom == 8 && TCodes.GroupColumns == 16 && TCodes.ZeroPoint <= 8);

    /// <summary>The end of a group: its integer sums into the outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scale<TCodes, TSum>(
        int half, byte* tile, int token, Vector256<int> sum, Vector256<float> scales, Vector256<float> y)
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IPairSum
    {
        if (TCodes.ZeroPoint != 0 && !StartsBelowZero<TCodes, TSum>())
            sum = Avx2.Subtract(sum, GroupSums<TCodes>(half, TCodes.ZeroPoint, tile, token));
        Vector256<float> product = Avx.Multiply(scales, ActivationScale<TCodes>(tile, token));
        return Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), product, y);
    }

    /// <summary>The sum of a group's activations, with their scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ScaledSum<TCodes>(int half, byte* tile, int token)
        where TCodes : struct, IIntegerCodes
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        int at = TCodes.GroupColumns == 32
            ? TokenTile.ScaledSumAt(codeBytes, TokenTile.Tokens, token)
            : TokenTile.ScaledHalfSumAt(codeBytes, TokenTile.Tokens, token, half);
        return Vector256.Create(*(float*)(tile + at));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> ActivationScale<TCodes>(byte* tile, int token)
        where TCodes : struct, IIntegerCodes =>
        Vector256.Create(*(float*)(tile + TokenTile.ScaleAt(TokenTile.CodeBytes<TCodes>(), TokenTile.Tokens, token)));

    /// <summary>The sum of a group's activations times a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> GroupSums<TCodes>(int half, int factor, byte* tile, int token)
        where TCodes : struct, IIntegerCodes
    {
        int factors = TCodes.GroupColumns == 32 ? (factor & 0xFFFF) * 0x10001 : (factor & 0xFFFF) << (16 * half);
        return Avx2.MultiplyAddAdjacent(Sums<TCodes>(tile, token), Vector256.Create(factors).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Sums<TCodes>(byte* tile, int token)
        where TCodes : struct, IIntegerCodes =>
        Vector256.Create(*(int*)(tile + TokenTile.SumsAt(TokenTile.CodeBytes<TCodes>(), TokenTile.Tokens, token))).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(byte* activations) => Vector256.Create(*(int*)activations).AsSByte();
}
