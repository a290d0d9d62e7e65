using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// A panel block of a type of signed points: <see cref="PointScales"/>, the <see cref="HighBits"/> of numbers, then per 32 columns the low
/// eight bits of the points' numbers and <see cref="PointSigns"/>. As codes, weights lie the largest magnitude higher.
/// </summary>
internal readonly unsafe struct PointFormat<TBlock> : IPointFormat
    where TBlock : struct, IPointBlock
{
    private const int Steps = 8;

    public static QuantType Type => TBlock.Type;
    public static int BlockColumns => 256;
    public static int BlockBytes => StepsAt + Steps * StepBytes;
    public static int GroupColumns => TBlock.GroupColumns;

    public static int Headroom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TBlock.Largest <= 15 ? 4 : TBlock.Largest <= 31 ? 2 : 1;
    }

    public static bool Signed => false;
    public static int ZeroPoint => TBlock.Largest;
    public static bool HasOffset => false;
    public static byte* Grid => TBlock.Grid;
    public static int PointColumns => TBlock.PointColumns;
    public static bool HasSigns => true;

    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TokenTile.Columns / TBlock.PointColumns;
    }

    private static int HighAt
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PointScales.Bytes(TBlock.GroupColumns);
    }

    private static int StepsAt
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => HighAt + Steps * Points * TBlock.HighBits;
    }

    private static int StepBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Points * Panel.Rows + PointSigns.Bytes;
    }

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            PointScales.Put<TBlock>(block, row, rows);
            for (int step = 0; step < Steps; step++)
            {
                byte* numbers = block + StepsAt + step * StepBytes;
                uint high = 0;
                for (int point = 0; point < Points; point++)
                {
                    int number = TBlock.Point(rows, step, point);
                    numbers[point / 2 * 16 + row * 2 + point % 2] = (byte)number;
                    high |= (uint)(number >> 8) << (TBlock.HighBits * point);
                }
                if (TBlock.HighBits > 0) HighBits.Put(block + HighAt, Points * TBlock.HighBits, row, step, high);
                PointSigns.Put(numbers + Points * Panel.Rows, row, TBlock.Signs(rows, step));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        Vector256<byte> negative = PointSigns.Negative(Signs(block, step), quad);
        return (PointValues.Quad<PointFormat<TBlock>>(block, step, quad) ^ negative) + (Vector256.Create((byte)ZeroPoint) - negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => BlockScales(block) * Multiples(block, step, half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Numbers(byte* block, int step, int pair)
    {
        Vector256<ushort> low = Lanes.LoadWords(block + StepsAt + step * StepBytes + pair * 16);
        return TBlock.HighBits == 0
            ? low
            : low | HighBits.Of(HighBits.Load(block + HighAt, Points * TBlock.HighBits, step), TBlock.HighBits, pair);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Signs(byte* block, int step) =>
        Vector256.Load(block + StepsAt + step * StepBytes + Points * Panel.Rows);

    public static Vector256<short> Zeros(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> BlockScales(byte* block) => PointScales.BlockScales(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiples(byte* block, int step, int half) =>
        PointScales.Multiples(block, TBlock.GroupColumns, step, half, TBlock.Unit);
}
