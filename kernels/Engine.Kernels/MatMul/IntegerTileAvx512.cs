using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// 32 rows x 1 to 4 tokens in AVX-512, from two unpacked pairs of panels, a and b. Each broadcast of activations is used twice, and
/// codes, sums and outputs fill the 32 registers. (That one broadcast serves both uses is the compiler's doing.)
/// </summary>
internal static unsafe class IntegerTileAvx512
{
    /// <summary>Panels whose rows make a tile.</summary>
    public const int Panels = 4;

    /// <param name="a">An <see cref="UnpackedPair{TCodes}"/> of panels.</param>
    /// <param name="b">The next.</param>
    /// <param name="columns">How many, a multiple of 32.</param>
    /// <param name="tile">A <see cref="TokenTile"/> at the same columns.</param>
    /// <param name="c">Receives 32 outputs for each token.</param>
    /// <param name="cStride">Floats between two tokens of the outputs.</param>
    /// <param name="accumulate">Whether outputs go on from what c holds.</param>
    public static void Multiply<TLeaf, TCodes, TSum, TTokens>(
        byte* a, byte* b, int columns, byte* tile, float* c, nint cStride, bool accumulate)
        where TLeaf : struct, IWideLeaf
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IWideSum
        where TTokens : unmanaged, ICount
    {
        Vector512<float> ya0 = default, ya1 = default, ya2 = default, ya3 = default;
        Vector512<float> yb0 = default, yb1 = default, yb2 = default, yb3 = default;
        if (accumulate)
        {
            ya0 = Vector512.Load(c);
            yb0 = Vector512.Load(c + 16);
            if (sizeof(TTokens) > 1) ya1 = Vector512.Load(c + cStride);
            if (sizeof(TTokens) > 1) yb1 = Vector512.Load(c + cStride + 16);
            if (sizeof(TTokens) > 2) ya2 = Vector512.Load(c + 2 * cStride);
            if (sizeof(TTokens) > 2) yb2 = Vector512.Load(c + 2 * cStride + 16);
            if (sizeof(TTokens) > 3) ya3 = Vector512.Load(c + 3 * cStride);
            if (sizeof(TTokens) > 3) yb3 = Vector512.Load(c + 3 * cStride + 16);
        }

        for (; columns > 0; columns -= TokenTile.Columns)
        {
            byte* x = tile, pa = a, pb = b, endOfCodes = a + UnpackedPair<TCodes>.CodesBytes;
            for (int half = 0; pa < endOfCodes; half++)
            {
                Vector512<int> na0 = default, na1 = default, na2 = default, na3 = default;
                Vector512<int> nb0 = default, nb1 = default, nb2 = default, nb3 = default;
                byte* endOfGroup = pa + UnpackedPair<TCodes>.GroupBytes;
                do
                {
                    Vector512<byte> wa0 = Vector512.Load(pa), wa1 = Vector512.Load(pa + 64);
                    Vector512<byte> wa2 = Vector512.Load(pa + 128), wa3 = Vector512.Load(pa + 192);
                    Vector512<byte> wb0 = Vector512.Load(pb), wb1 = Vector512.Load(pb + 64);
                    Vector512<byte> wb2 = Vector512.Load(pb + 128), wb3 = Vector512.Load(pb + 192);
                    na0 = TSum.Add(na0, wa0, wa1, wa2, wa3, x, 4 * sizeof(TTokens));
                    nb0 = TSum.Add(nb0, wb0, wb1, wb2, wb3, x, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 1) na1 = TSum.Add(na1, wa0, wa1, wa2, wa3, x + 4, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 1) nb1 = TSum.Add(nb1, wb0, wb1, wb2, wb3, x + 4, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 2) na2 = TSum.Add(na2, wa0, wa1, wa2, wa3, x + 8, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 2) nb2 = TSum.Add(nb2, wb0, wb1, wb2, wb3, x + 8, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 3) na3 = TSum.Add(na3, wa0, wa1, wa2, wa3, x + 12, 4 * sizeof(TTokens));
                    if (sizeof(TTokens) > 3) nb3 = TSum.Add(nb3, wb0, wb1, wb2, wb3, x + 12, 4 * sizeof(TTokens));
                    pa += 256;
                    pb += 256;
                    x += 16 * sizeof(TTokens);
                }
                while (pa < endOfGroup);

                Vector512<float> scales = UnpackedPair<TCodes>.Scales(a, half), offsets = UnpackedPair<TCodes>.Offsets(a, half);
                ya0 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 0, na0, scales, offsets, ya0);
                if (sizeof(TTokens) > 1) ya1 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 1, na1, scales, offsets, ya1);
                if (sizeof(TTokens) > 2) ya2 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 2, na2, scales, offsets, ya2);
                if (sizeof(TTokens) > 3) ya3 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 3, na3, scales, offsets, ya3);
                scales = UnpackedPair<TCodes>.Scales(b, half);
                offsets = UnpackedPair<TCodes>.Offsets(b, half);
                yb0 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 0, nb0, scales, offsets, yb0);
                if (sizeof(TTokens) > 1) yb1 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 1, nb1, scales, offsets, yb1);
                if (sizeof(TTokens) > 2) yb2 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 2, nb2, scales, offsets, yb2);
                if (sizeof(TTokens) > 3) yb3 = WideGroup.End<TLeaf, TCodes, TSum, TTokens>(half, tile, 3, nb3, scales, offsets, yb3);
            }
            a += UnpackedPair<TCodes>.BlockBytes;
            b += UnpackedPair<TCodes>.BlockBytes;
            tile += sizeof(TTokens) * TokenTile.TokenBytes(TokenTile.CodeBytes<TCodes>());
        }

        ya0.Store(c);
        yb0.Store(c + 16);
        if (sizeof(TTokens) > 1) ya1.Store(c + cStride);
        if (sizeof(TTokens) > 1) yb1.Store(c + cStride + 16);
        if (sizeof(TTokens) > 2) ya2.Store(c + 2 * cStride);
        if (sizeof(TTokens) > 2) yb2.Store(c + 2 * cStride + 16);
        if (sizeof(TTokens) > 3) ya3.Store(c + 3 * cStride);
        if (sizeof(TTokens) > 3) yb3.Store(c + 3 * cStride + 16);
    }
}
