using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Scales d (s + 1/2) u of 256 columns with a unit u of the type, as all IQ1, IQ2 and IQ3 types have them: FP16 d of 8 rows, then the s
/// in nibbles: with groups of 16 columns a byte per row has those of a step's halves, with groups of 32 those of two steps.
/// </summary>
internal static unsafe class PointScales
{
    private const int Columns = 256, GroupsAt = 16;

    /// <summary>Bytes of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bytes(int groupColumns) => GroupsAt + Columns / groupColumns / 2 * Panel.Rows;

    /// <summary>Puts a row's d and s in their places.</summary>
    public static void Put<TBlock>(byte* block, int row, byte* source)
        where TBlock : struct, IPointScales
    {
        ((ushort*)block)[row] = TBlock.D(source);
        byte* pair = block + GroupsAt + row;
        for (int group = 0; group < Columns / TBlock.GroupColumns; group += 2, pair += Panel.Rows)
            *pair = (byte)(Scale<TBlock>(source, group) | Scale<TBlock>(source, group + 1) << 4);
    }

    /// <summary>d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> BlockScales(byte* block) => Lanes.LoadFp16Scales((ushort*)block);

    /// <summary>(s + 1/2) u of a step or a half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiples(byte* block, int groupColumns, int step, int half, float unit)
    {
        byte* pairs = block + GroupsAt + (groupColumns == 16 ? step : step >> 1) * Panel.Rows;
        int shift = groupColumns == 16 ? half * 4 : (step & 1) * 4;
        Vector256<int> s = (Lanes.Load(pairs) >> shift) & Vector256.Create(15);
        return Vector256.ConvertToSingle(s) * Vector256.Create(unit) + Vector256.Create(unit / 2);
    }

    private static int Scale<TBlock>(byte* source, int group)
        where TBlock : struct, IPointScales =>
        TBlock.GroupColumns == 16 ? TBlock.Scale(source, group / 2, group % 2) : TBlock.Scale(source, group, 0);
}
