using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>What tells the IQ2 types apart: how a block of theirs holds points, signs and scales.</summary>
internal unsafe interface IIQ2Block
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

    /// <inheritdoc cref="IIntegerCodes.GroupColumns"/>
    static abstract int GroupColumns { get; }

    /// <summary>The grid, as <see cref="GridWords.OfEight"/> has it.</summary>
    static abstract uint[] Grid { get; }

    /// <summary>FP16 d.</summary>
    static abstract ushort D(byte* source);

    /// <summary>The nibbles of a step that <see cref="HalfScales"/> takes.</summary>
    static abstract uint Scales(byte* source, int step);

    /// <summary>The number of the point with the columns from 32 * step + 8 * place on.</summary>
    static abstract int Point(byte* source, int step, int place);

    /// <summary>The signs of those columns, a set bit for a negative one: 0 to 255.</summary>
    static abstract int Signs(byte* source, int step, int place);
}

/// <summary>
/// A panel block of an IQ2 type: <see cref="HalfScales"/>, then per 32 columns the rank of each magnitude in two bits and its sign in a
/// third. Weights, -43 to 43, lie 43 higher, so that they are codes to 86.
/// </summary>
internal readonly unsafe struct IQ2Format<TBlock> : IIntegerFormat
    where TBlock : struct, IIQ2Block
{
    private const int Steps = 8;
    private const int StepBytes = BitPairs.Bytes + SingleBits.Bytes;
    private const int Zero = 43;

    public static QuantType Type => TBlock.Type;
    public static int BlockColumns => 256;
    public static int BlockBytes => HalfScales.Bytes + Steps * StepBytes;
    public static int GroupColumns => TBlock.GroupColumns;
    public static int Headroom => 1;
    public static bool Signed => false;
    public static int ZeroPoint => Zero;
    public static bool HasOffset => false;

    /// <summary>The codes of the three magnitudes, then of their negatives.</summary>
    private static ReadOnlySpan<byte> Raised =>
        [Zero + 8, Zero + 25, Zero + 43, 0, Zero - 8, Zero - 25, Zero - 43, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        uint[] grid = TBlock.Grid;
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            HalfScales.Put(block, row, TBlock.D(rows));
            for (int step = 0; step < Steps; step++)
            {
                HalfScales.Put(block, row, step, TBlock.Scales(rows, step));
                byte* codes = StepCodes(block, step);
                uint signs = 0;
                for (int half = 0; half < 2; half++)
                {
                    uint first = grid[TBlock.Point(rows, step, 2 * half)], last = grid[TBlock.Point(rows, step, 2 * half + 1)];
                    BitPairs.Put(codes, row, half, first, last);
                }
                for (int place = 0; place < 4; place++) signs |= (uint)TBlock.Signs(rows, step, place) << (8 * place);
                SingleBits.Put(codes + BitPairs.Bytes, row, signs);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        byte* codes = StepCodes(block, step);
        return Levels.Of(Raised, BitPairs.Codes(codes, quad, 0) | SingleBits.Codes(codes + BitPairs.Bytes, quad, 2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        HalfScales.Scales(block, step, half) * Vector256.Create(0.25f);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, int step) => block + HalfScales.Bytes + step * StepBytes;
}
