using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The kernel in portable vectors of 16 bytes, for ARM and for x86 without AVX2: four of the panel's rows in each of two vectors. See
/// <see cref="IntegerArithmetic"/> for what is computed.
/// </summary>
internal static unsafe class IntegerKernelVector128
{
    private const int QuadBytes = Panel.Rows * 4;

    public static void Multiply<TCodes>(byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
    {
        if (!accumulate)
        {
            for (int token = 0; token < tokens; token++) new Span<float>(c + token * cStride, Panel.Rows).Clear();
        }
        byte* codes = stackalloc byte[UnpackedCodes<TCodes>.CodesBytes];
        int stepBytes = tokens * TokenTile.TokenBytes(TokenTile.CodeBytes<TCodes>());
        byte* end = blocks + columns / TCodes.BlockColumns * TCodes.BlockBytes;
        for (; blocks < end; blocks += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, tile += stepBytes)
            {
                for (int quad = 0; quad < TokenTile.Columns / 4; quad++) TCodes.Codes(blocks, step, quad).Store(codes + QuadBytes * quad);
                for (int half = 0; half < TokenTile.Columns / 16; half += TCodes.GroupColumns / 16)
                {
                    Vector256<float> scales = TCodes.Scales(blocks, step, half);
                    Vector256<float> offsets = TCodes.HasOffset ? TCodes.Offsets(blocks, step, half) : default;
                    for (int token = 0; token < tokens; token++)
                        Group<TCodes>(half, codes, scales, offsets, tile, tokens, token, c + token * cStride);
                }
            }
    }

    /// <summary>Takes a group into the outputs of a token.</summary>
    private static void Group<TCodes>(
        int half, byte* codes, Vector256<float> scales, Vector256<float> offsets, byte* tile, int tokens, int token, float* c)
        where TCodes : struct, IIntegerCodes
    {
        Vector128<int> low = default, high = default;
        int first = 4 * half, end = first + TCodes.GroupColumns / 4;
        for (int quad = first; quad < end; quad++)
        {
            Vector128<sbyte> w0 = Vector128.Load((sbyte*)codes + QuadBytes * quad);
            Vector128<sbyte> w1 = Vector128.Load((sbyte*)codes + QuadBytes * quad + QuadBytes / 2);
            if (TCodes.Signed)
            {
                Vector128<short> even = Vector128.Create(*(int*)(tile + TokenTile.WordAt(tokens, 2 * quad, token))).AsInt16();
                Vector128<short> odd = Vector128.Create(*(int*)(tile + TokenTile.WordAt(tokens, 2 * quad + 1, token))).AsInt16();
                low = Dots.Add(low, w0, even, odd);
                high = Dots.Add(high, w1, even, odd);
            }
            else
            {
                Vector128<sbyte> x = Vector128.Create(*(int*)(tile + TokenTile.WordAt(tokens, quad, token))).AsSByte();
                low = Dots.Add(low, w0, x);
                high = Dots.Add(high, w1, x);
            }
        }

        int codeBytes = TokenTile.CodeBytes<TCodes>();
        if (TCodes.ZeroPoint != 0)
        {
            short* sums = (short*)(tile + TokenTile.SumsAt(codeBytes, tokens, token));
            var zero = Vector128.Create(TCodes.ZeroPoint * (TCodes.GroupColumns == 32 ? sums[0] + sums[1] : sums[half]));
            low -= zero;
            high -= zero;
        }
        scales *= *(float*)(tile + TokenTile.ScaleAt(codeBytes, tokens, token));
        Vector128<float> y0 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(low), scales.GetLower(), Vector128.Load(c));
        Vector128<float> y1 = Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(high), scales.GetUpper(), Vector128.Load(c + 4));
        if (TCodes.HasOffset)
        {
            int at = TCodes.GroupColumns == 32
                ? TokenTile.ScaledSumAt(codeBytes, tokens, token)
                : TokenTile.ScaledHalfSumAt(codeBytes, tokens, token, half);
            var sum = Vector128.Create(*(float*)(tile + at));
            y0 = Vector128.FusedMultiplyAdd(offsets.GetLower(), sum, y0);
            y1 = Vector128.FusedMultiplyAdd(offsets.GetUpper(), sum, y1);
        }
        y0.Store(c);
        y1.Store(c + 4);
    }
}
