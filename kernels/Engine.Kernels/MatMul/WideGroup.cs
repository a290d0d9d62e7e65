using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>The end of a group of columns in 64-byte vectors: its integer sum goes into the output.</summary>
internal static unsafe class WideGroup
{
    /// <param name="half">Which half of the step the group is; any number where it is all of it.</param>
    /// <param name="tile">The step's activations.</param>
    /// <param name="token">Which of them.</param>
    /// <param name="sums">Sums of codes times activations.</param>
    /// <param name="scales">The group's.</param>
    /// <param name="offsets">The group's; not read where the type has none.</param>
    /// <param name="y">The outputs so far.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> End<TLeaf, TCodes, TSum, TTokens>(
        int half, byte* tile, int token, Vector512<int> sums, Vector512<float> scales, Vector512<float> offsets, Vector512<float> y)
        where TLeaf : struct, IWideLeaf
        where TCodes : struct, IIntegerCodes
        where TSum : struct, IWideSum
        where TTokens : unmanaged, ICount
    {
        int codeBytes = TokenTile.CodeBytes<TCodes>();
        byte* activationSums = tile + TokenTile.SumsAt(codeBytes, sizeof(TTokens), token);
        Vector512<int> sum = TSum.End(sums);
        if (TCodes.ZeroPoint != 0)
        {
            // Both 16-bit sums of the step times the zero point, or the half's alone.
            int zeroPoints = TCodes.GroupColumns == 32 ? TCodes.ZeroPoint * 0x10001 : TCodes.ZeroPoint << (16 * half);
            sum -= TLeaf.MultiplyAddAdjacent(Words.Shorts(activationSums), Vector512.Create(zeroPoints).AsInt16());
        }
        Vector512<float> scale = Vector512.Create(*(float*)(tile + TokenTile.ScaleAt(codeBytes, sizeof(TTokens), token)));
        y = Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(sum), scales * scale, y);
        if (!TCodes.HasOffset) return y;
        if (TCodes.GroupColumns == 32)
        {
            float scaledSum = *(float*)(tile + TokenTile.ScaledSumAt(codeBytes, sizeof(TTokens), token));
            return Vector512.FusedMultiplyAdd(offsets, Vector512.Create(scaledSum), y);
        }
        return Vector512.FusedMultiplyAdd(offsets, Vector512.Create((float)((short*)activationSums)[half]) * scale, y);
    }
}
