using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>What tells the IQ1 types apart: how a block of theirs holds points, deltas and scales.</summary>
internal unsafe interface IIQ1Block
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

    /// <inheritdoc cref="IIntegerCodes.GroupColumns"/>
    static abstract int GroupColumns { get; }

    /// <summary>FP16 d.</summary>
    static abstract ushort D(byte* source);

    /// <summary>s of the columns from 32 * step + 16 * half on.</summary>
    static abstract int Scale(byte* source, int step, int half);

    /// <summary>The number of the point with the columns from 32 * step + 8 * place on.</summary>
    static abstract int Point(byte* source, int step, int place);

    /// <summary>Whether the delta of those columns is negative.</summary>
    static abstract bool IsNegative(byte* source, int step, int place);
}

/// <summary>
/// A panel block of an IQ1 type: FP16 d of 8 rows, then per group 8 bytes with s in the low three bits and above them the signs of the
/// group's deltas, then per 32 columns two bits each, a trit and 1. Weights count in eighths: 8 trit +- 1, which lies 9 higher.
/// </summary>
internal readonly unsafe struct IQ1Format<TBlock> : IIntegerFormat
    where TBlock : struct, IIQ1Block
{
    private const int Steps = 8;
    private const int GroupsAt = 16;
    private const int DeltasAt = 4;
    private static readonly uint[] Grid = GridWords.OfEight(IqGrids.IQ1);

    public static QuantType Type => TBlock.Type;
    public static int BlockColumns => 256;
    public static int BlockBytes => CodesAt + Steps * BitPairs.Bytes;
    public static int GroupColumns => TBlock.GroupColumns;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 9;
    public static bool HasOffset => false;

    private static int Halves
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TBlock.GroupColumns == 16 ? 2 : 1;
    }

    private static int CodesAt
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => GroupsAt + Halves * Steps * Panel.Rows;
    }

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            ((ushort*)block)[row] = TBlock.D(rows);
            for (int step = 0; step < Steps; step++)
                for (int half = 0; half < 2; half++)
                {
                    uint first = Grid[TBlock.Point(rows, step, 2 * half)], last = Grid[TBlock.Point(rows, step, 2 * half + 1)];
                    BitPairs.Put(block + CodesAt + step * BitPairs.Bytes, row, half, first, last);
                    if (half == Halves) continue;
                    int group = TBlock.Scale(rows, step, half);
                    if (!TBlock.IsNegative(rows, step, 2 * half)) group |= 1 << DeltasAt;
                    if (!TBlock.IsNegative(rows, step, 2 * half + 1)) group |= 2 << DeltasAt;
                    block[GroupsAt + (step * Halves + half) * Panel.Rows + row] = (byte)group;
                }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        // The sign of the delta, moved to the top of the lane, fills it: 2 where the delta is positive.
        Vector256<int> deltas = Group(block, step, quad / 4) << (31 - DeltasAt - quad / 2 % 2) >> 31;
        Vector256<byte> trits = BitPairs.Codes(block + CodesAt + step * BitPairs.Bytes, quad, 3);
        return trits | (deltas.AsByte() & Vector256.Create((byte)2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half)
    {
        // d / 8 (2 s + 1) is d (s / 4 + 1 / 8), exactly.
        Vector256<float> s = Vector256.ConvertToSingle(Group(block, step, half) & Vector256.Create(7));
        return Lanes.LoadFp16Scales((ushort*)block) * (s * Vector256.Create(0.25f) + Vector256.Create(0.125f));
    }

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Group(byte* block, int step, int half) =>
        Lanes.Load(block + GroupsAt + (Halves == 2 ? 2 * step + half : step) * Panel.Rows);
}
