using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Points looked up for a quad of columns, lane = row: what all but a single token are multiplied with.</summary>
internal static unsafe class PointValues
{
    /// <summary>The grid's values of columns 4 * quad to 4 * quad + 3 of a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Quad<TFormat>(byte* block, int step, int quad)
        where TFormat : struct, IPointFormat
    {
        int point = TFormat.PointColumns == 8 ? quad / 2 : quad;
        Vector256<ushort> numbers = TFormat.Numbers(block, step, point / 2);
        ushort* number = (ushort*)&numbers + point % 2;
        int words = TFormat.PointColumns / 4;
        uint* grid = (uint*)TFormat.Grid + quad % words;
        return Vector256.Create(
            grid[number[0] * words], grid[number[2] * words], grid[number[4] * words], grid[number[6] * words],
            grid[number[8] * words], grid[number[10] * words], grid[number[12] * words], grid[number[14] * words]).AsByte();
    }
}
