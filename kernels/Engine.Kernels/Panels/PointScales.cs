using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Scales d (s + 1/2) u of 256 columns with a unit u of the type, as all IQ1, IQ2 and IQ3 types have them: FP16 d of 8 rows, then the s
/// in nibbles: with groups of 16 columns a byte per row has those of a step's halves, with groups of 32 those of two steps.
/// </summary>
internal static unsafe class PointScales
{
    private const int GroupsAt = 16;

    /// <summary>Bytes of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Bytes(int groupColumns) => GroupsAt + 256 / groupColumns / 2 * Panel.Rows;

    /// <summary>Puts the d of a row in its place.</summary>
    public static void Put(byte* block, int row, ushort d) => ((ushort*)block)[row] = d;

    /// <summary>Puts the s of a row's group in its place, those of groups before it first.</summary>
    public static void Put(byte* block, int row, int group, int s)
    {
        byte* pair = block + GroupsAt + group / 2 * Panel.Rows + row;
        *pair = (byte)(group % 2 == 0 ? s : *pair | s << 4);
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
}
