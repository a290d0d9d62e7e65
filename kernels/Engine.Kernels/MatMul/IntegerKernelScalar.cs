using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>The kernel without vector arithmetic: the fallback, and the oracle of the vector kernels.</summary>
internal static unsafe class IntegerKernelScalar
{
    public static void Multiply<TCodes>(byte* blocks, int columns, byte* tile, int tokens, float* c, nint cStride, bool accumulate)
        where TCodes : struct, IIntegerCodes
    {
        for (nint token = 0; token < tokens; token++)
            if (!accumulate) new Span<float>(c + token * cStride, Panel.Rows).Clear();

        int stepBytes = tokens * TokenTile.TokenBytes(TokenTile.CodeBytes<TCodes>());
        byte* codes = stackalloc byte[Panel.Rows * TokenTile.Columns];
        for (int block = 0; block < columns / TCodes.BlockColumns; block++, blocks += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, tile += stepBytes)
            {
                for (int quad = 0; quad < 8; quad++) TCodes.Codes(blocks, step, quad).Store(codes + 32 * quad);
                for (int token = 0; token < tokens; token++)
                    Step<TCodes>(blocks, step, codes, tile, tokens, token, c + token * cStride);
            }
    }

    private static void Step<TCodes>(byte* block, int step, byte* codes, byte* tile, int tokens, int token, float* c)
        where TCodes : struct, IIntegerCodes
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        float scale = *(float*)(tile + TokenTile.ScaleAt(codeBytes, tokens, token));
        for (int column = 0; column < TokenTile.Columns; column += TCodes.GroupColumns)
        {
            Vector256<float> scales = TCodes.Scales(block, step, column / 16);
            for (int row = 0; row < Panel.Rows; row++)
                c[row] = MathF.FusedMultiplyAdd(Sum<TCodes>(codes, row, column, tile, tokens, token), scales[row] * scale, c[row]);
            if (!TCodes.HasOffset) continue;
            Vector256<float> offsets = TCodes.Offsets(block, step, column / 16);
            float scaledSum = TCodes.GroupColumns == 32
                ? *(float*)(tile + TokenTile.ScaledSumAt(codeBytes, tokens, token))
                : scale * ((short*)(tile + TokenTile.SumsAt(codeBytes, tokens, token)))[column / 16];
            for (int row = 0; row < Panel.Rows; row++) c[row] = MathF.FusedMultiplyAdd(offsets[row], scaledSum, c[row]);
        }
    }

    private static int Sum<TCodes>(byte* codes, int row, int first, byte* tile, int tokens, int token)
        where TCodes : struct, IIntegerCodes
    {
        int sum = 0;
        for (int column = first; column < first + TCodes.GroupColumns; column++)
        {
            byte code = codes[column / 4 * 32 + row * 4 + column % 4];
            int weight = (TCodes.Signed ? (sbyte)code : code) - TCodes.ZeroPoint;
            sum += weight * TokenTile.Code(tile, TokenTile.CodeBytes<TCodes>(), tokens, token, column);
        }
        return sum;
    }
}
