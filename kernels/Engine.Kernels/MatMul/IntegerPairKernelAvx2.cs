using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// 16 rows x 4 tokens of codes up to 15 in groups of 32. Two panels share each broadcast of activations, which are what bounds
/// <see cref="IntegerKernelAvx2"/>, and sums stay in 16 bits through the group: 8 x 2 x 15 x 127 = 30480. The same results.
/// </summary>
internal static unsafe class IntegerPairKernelAvx2
{
    /// <summary>Whether codes are of this kernel's class.</summary>
    public static bool Fits<TCodes>()
        where TCodes : struct, IIntegerCodes => TCodes.Headroom == 8 && TCodes.GroupColumns == 32;

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

        for (; columns > 0; columns -= TokenTile.Columns)
        {
            Vector256<short> na0 = default, na1 = default, na2 = default, na3 = default;
            Vector256<short> nb0 = default, nb1 = default, nb2 = default, nb3 = default;
            byte* pa = a, pb = b, px = tile;
            do
            {
                Vector256<byte> wa = Avx.LoadVector256(pa), wb = Avx.LoadVector256(pb);
                Vector256<sbyte> x = Four(px);
                na0 = Avx2.Add(na0, Avx2.MultiplyAddAdjacent(wa, x));
                nb0 = Avx2.Add(nb0, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 4);
                na1 = Avx2.Add(na1, Avx2.MultiplyAddAdjacent(wa, x));
                nb1 = Avx2.Add(nb1, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 8);
                na2 = Avx2.Add(na2, Avx2.MultiplyAddAdjacent(wa, x));
                nb2 = Avx2.Add(nb2, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 12);
                na3 = Avx2.Add(na3, Avx2.MultiplyAddAdjacent(wa, x));
                nb3 = Avx2.Add(nb3, Avx2.MultiplyAddAdjacent(wb, x));
                wa = Avx.LoadVector256(pa + 32);
                wb = Avx.LoadVector256(pb + 32);
                x = Four(px + 16);
                na0 = Avx2.Add(na0, Avx2.MultiplyAddAdjacent(wa, x));
                nb0 = Avx2.Add(nb0, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 20);
                na1 = Avx2.Add(na1, Avx2.MultiplyAddAdjacent(wa, x));
                nb1 = Avx2.Add(nb1, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 24);
                na2 = Avx2.Add(na2, Avx2.MultiplyAddAdjacent(wa, x));
                nb2 = Avx2.Add(nb2, Avx2.MultiplyAddAdjacent(wb, x));
                x = Four(px + 28);
                na3 = Avx2.Add(na3, Avx2.MultiplyAddAdjacent(wa, x));
                nb3 = Avx2.Add(nb3, Avx2.MultiplyAddAdjacent(wb, x));
                pa += 64;
                pb += 64;
                px += 32;
            }
            while (pa < a + UnpackedCodes<TCodes>.CodesBytes);

            Vector256<float> scales = UnpackedCodes<TCodes>.Scales(a, 0, 0);
            Vector256<float> offsets = TCodes.HasOffset ? UnpackedCodes<TCodes>.Offsets(a, 0, 0) : default;
            ya0 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 0, na0, scales, offsets, ya0);
            ya1 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 1, na1, scales, offsets, ya1);
            ya2 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 2, na2, scales, offsets, ya2);
            ya3 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 3, na3, scales, offsets, ya3);
            scales = UnpackedCodes<TCodes>.Scales(b, 0, 0);
            offsets = TCodes.HasOffset ? UnpackedCodes<TCodes>.Offsets(b, 0, 0) : default;
            yb0 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 0, nb0, scales, offsets, yb0);
            yb1 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 1, nb1, scales, offsets, yb1);
            yb2 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 2, nb2, scales, offsets, yb2);
            yb3 = IntegerKernelAvx2.EndStep<TCodes, Four>(tile, 3, nb3, scales, offsets, yb3);
            a += UnpackedCodes<TCodes>.BlockBytes;
            b += UnpackedCodes<TCodes>.BlockBytes;
            tile += 4 * TokenTile.TokenBytes(1);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(byte* activations) => Vector256.Create(*(int*)activations).AsSByte();
}
