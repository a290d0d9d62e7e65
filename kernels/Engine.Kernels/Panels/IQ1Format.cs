using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// A panel block of an IQ1 type: <see cref="PointScales"/>, then per 32 columns the low eight bits of the points' numbers and for each row a
/// word with a nibble per point, the high three bits and above them the sign of the delta. Weights count in eighths: 8 trit +- 1, which lies
/// 9 higher.
/// </summary>
internal readonly unsafe struct IQ1Format<TBlock> : IPointFormat
    where TBlock : struct, IIQ1Block
{
    private const int Steps = 8, Points = 4;
    private const int LowBytes = Points * Panel.Rows, StepBytes = LowBytes + 2 * Panel.Rows;

    public static QuantType Type => TBlock.Type;
    public static int BlockColumns => 256;
    public static int BlockBytes => PointScales.Bytes(TBlock.GroupColumns) + Steps * StepBytes;
    public static int GroupColumns => TBlock.GroupColumns;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 9;
    public static bool HasOffset => false;
    public static byte* Grid => PointGrids.IQ1;
    public static int PointColumns => 8;
    public static bool HasSigns => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            PointScales.Put<TBlock>(block, row, rows);
            for (int step = 0; step < Steps; step++)
            {
                byte* numbers = Step(block, step);
                int high = 0;
                for (int point = 0; point < Points; point++)
                {
                    int number = TBlock.Point(rows, step, point);
                    numbers[point / 2 * 16 + row * 2 + point % 2] = (byte)number;
                    high |= (number >> 8 | (TBlock.IsNegative(rows, step, point) ? 8 : 0)) << (4 * point);
                }
                ((ushort*)(numbers + LowBytes))[row] = (ushort)high;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        // 2 in each byte where the delta is positive.
        Vector256<uint> positive = (Vector256.Create((short)9) - Zeros(block, step, quad / 4)).AsUInt32();
        positive = quad / 2 % 2 == 0 ? positive & Vector256.Create(0xFFFFu) : positive >> 16;
        return PointValues.Quad<IQ1Format<TBlock>>(block, step, quad) | (positive * 0x01010101u).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => BlockScales(block) * Multiples(block, step, half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> Numbers(byte* block, int step, int pair) =>
        Lanes.LoadWords(Step(block, step) + pair * 16) | (High(block, step, pair) & Vector256.Create((ushort)0x700));

    public static Vector256<byte> Signs(byte* block, int step) => default;

    /// <summary>A grid's value is 8 higher than the trit's eighths: with a delta of 1 7 stand for zero, with -1 9.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Zeros(byte* block, int step, int half) =>
        ((High(block, step, half) >> 10) & Vector256.Create((ushort)2)).AsInt16() + Vector256.Create((short)7);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> BlockScales(byte* block) => PointScales.BlockScales(block);

    /// <summary>d / 8 (2 s + 1) is d (s + 1/2) / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiples(byte* block, int step, int half) =>
        PointScales.Multiples(block, TBlock.GroupColumns, step, half, 0.25f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Step(byte* block, int step) => block + PointScales.Bytes(TBlock.GroupColumns) + step * StepBytes;

    /// <summary>Two points' nibbles of each row from bit 8 of a word each on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> High(byte* block, int step, int pair)
    {
        Vector256<int> rows = Lanes.Load((ushort*)(Step(block, step) + LowBytes));
        // The second nibble goes to bit 24; what the shifts leave below and above is masked away by those who ask.
        return (pair == 0 ? rows << 8 | rows << 20 : rows | rows << 12).AsUInt16();
    }
}
