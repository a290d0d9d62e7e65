using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// 8 rows of points times one token, in AVX2. Points are looked up with a load each. A vector has 8 columns of four rows, so that the eight
/// bytes of a point stay together; two such vectors' sums, added crosswise at the end of a group, are those of 8 rows in order. Signs are
/// given to the activations, which leaves unsigned bytes for vpmaddubsw: magnitudes to 62 (4 x 62 x 127 = 31496) without a zero point.
/// </summary>
internal static unsafe class PointKernelAvx2
{
    private const int BlockColumns = 256, Steps = BlockColumns / TokenTile.Columns;

    /// <inheritdoc cref="IntegerKernel.Multiply"/>
    [SkipLocalsInit]
    public static void Multiply<TFormat>(byte* blocks, int columns, byte* tile, float* c, bool accumulate, byte* grid)
        where TFormat : struct, IPointFormat
    {
        const int Alignment = 32;
        int stepNumbers = TokenTile.Columns / TFormat.PointColumns * Panel.Rows;
        byte* memory = stackalloc byte[Steps * 64 * sizeof(ushort) + Alignment];
        var blockNumbers = (ushort*)((nuint)(memory + Alignment - 1) & ~(nuint)(Alignment - 1));
        byte* end = blocks + columns / BlockColumns * TFormat.BlockBytes;
        Vector256<float> y = accumulate ? Avx.LoadVector256(c) : default;
        for (; blocks < end; blocks += TFormat.BlockBytes)
        {
            // All numbers of a block first: a load of two bytes has to wait for a store of 32 until it has left the store queue's head.
            ushort* numbers = blockNumbers;
            for (int step = 0; step < Steps; step++, numbers += stepNumbers) Unpack<TFormat>(blocks, step, numbers);
            numbers = blockNumbers;
            Vector256<float> blockScales = TFormat.BlockScales(blocks);
            for (int step = 0; step < Steps; step++, tile += TokenTile.TokenBytes(1), numbers += stepNumbers)
            {
                Vector256<float> scale = Vector256.Create(*(float*)(tile + TokenTile.ScaleAt(1, 1, 0)));
                Vector256<byte> signs = TFormat.Signs(blocks, step);
                Vector256<short> sums = TFormat.HasSigns ? default : EightSums(tile);

                Vector256<long> x0 = Eight(tile), x1 = Eight(tile + 8);
                Vector256<int> a = Sum<TFormat>(grid, numbers, x0, x1, signs, 0), b = Sum<TFormat>(grid, numbers + 4, x0, x1, signs, 1);
                Vector256<int> zeros = default;
                if (!TFormat.HasSigns)
                    zeros = Avx2.MultiplyAddAdjacent(TFormat.Zeros(blocks, step, 0), Avx2.Permute4x64(sums.AsInt64(), 0x44).AsInt16());
                if (TFormat.GroupColumns == 16)
                {
                    y = Scaled<TFormat>(a, b, zeros, blockScales * TFormat.Multiples(blocks, step, 0), scale, y);
                    a = b = zeros = default;
                }

                ushort* last = numbers + stepNumbers / 2;
                x0 = Eight(tile + 16);
                x1 = Eight(tile + 24);
                a = Avx2.Add(a, Sum<TFormat>(grid, last, x0, x1, signs, 4));
                b = Avx2.Add(b, Sum<TFormat>(grid, last + 4, x0, x1, signs, 5));
                if (!TFormat.HasSigns)
                {
                    Vector256<short> lastSums = Avx2.Permute4x64(sums.AsInt64(), 0xEE).AsInt16();
                    zeros = Avx2.Add(zeros, Avx2.MultiplyAddAdjacent(TFormat.Zeros(blocks, step, 1), lastSums));
                }
                Vector256<float> multiples = TFormat.Multiples(blocks, step, TFormat.GroupColumns == 16 ? 1 : 0);
                y = Scaled<TFormat>(a, b, zeros, blockScales * multiples, scale, y);
            }
        }
        Avx.Store(c, y);
    }

    /// <summary>The numbers of a step's points, where scalar loads find them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unpack<TFormat>(byte* block, int step, ushort* numbers)
        where TFormat : struct, IPointFormat
    {
        TFormat.Numbers(block, step, 0).Store(numbers);
        TFormat.Numbers(block, step, 1).Store(numbers + 16);
        if (TFormat.PointColumns == 8) return;
        TFormat.Numbers(block, step, 2).Store(numbers + 32);
        TFormat.Numbers(block, step, 3).Store(numbers + 48);
    }

    /// <summary>Activations of eight columns, for four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Eight(byte* activations) => Avx2.BroadcastScalarToVector256((long*)activations);

    /// <summary>Sums of the activations of eight columns each: the first two in every lane of the lower half, the others in the upper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> EightSums(byte* activations)
    {
        Vector256<short> sums = Avx2.MultiplyAddAdjacent(Vector256<byte>.One, Vector256.Load((sbyte*)activations));
        sums = Avx2.HorizontalAdd(sums, sums);
        return Avx2.HorizontalAdd(sums, sums);
    }

    /// <summary>16 columns of four rows: two lanes of each, to be added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum<TFormat>(
        byte* grid, ushort* numbers, Vector256<long> x0, Vector256<long> x1, Vector256<byte> signs, int bit)
        where TFormat : struct, IPointFormat
    {
        Vector256<sbyte> s0 = x0.AsSByte(), s1 = x1.AsSByte();
        if (TFormat.HasSigns)
        {
            s0 = Avx2.Sign(s0, Sign(signs, bit));
            s1 = Avx2.Sign(s1, Sign(signs, bit + 2));
        }
        Vector256<byte> w0, w1;
        if (TFormat.PointColumns == 8)
        {
            w0 = Eights((double*)grid, numbers);
            w1 = Eights((double*)grid, numbers + 1);
        }
        else
        {
            w0 = Fours((uint*)grid, numbers);
            w1 = Fours((uint*)grid, numbers + 16);
        }
        Vector256<short> sum = Avx2.Add(Avx2.MultiplyAddAdjacent(w0, s0), Avx2.MultiplyAddAdjacent(w1, s1));
        return Avx2.MultiplyAddAdjacent(sum, Vector256<short>.One);
    }

    /// <summary>Bytes that are negative where a bit is set, and never zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Sign(Vector256<byte> signs, int bit) =>
        (signs.AsUInt16() << (7 - bit)).AsSByte() | Vector256<sbyte>.One;

    /// <summary>Points of 8 columns of rows 0, 1, 4 and 5, or of those after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Eights(double* grid, ushort* numbers) =>
        Vector256.Create(
            Sse2.LoadHigh(Vector128.CreateScalarUnsafe(grid[(nuint)numbers[0]]), grid + (nuint)numbers[2]),
            Sse2.LoadHigh(Vector128.CreateScalarUnsafe(grid[(nuint)numbers[8]]), grid + (nuint)numbers[10])).AsByte();

    /// <summary>Two points of 4 columns each of the same rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Fours(uint* grid, ushort* numbers) =>
        Vector256.Create(
            Vector128.Create(grid[(nuint)numbers[0]], grid[(nuint)numbers[1]], grid[(nuint)numbers[2]], grid[(nuint)numbers[3]]),
            Vector128.Create(grid[(nuint)numbers[8]], grid[(nuint)numbers[9]], grid[(nuint)numbers[10]], grid[(nuint)numbers[11]])).AsByte();

    /// <summary>The end of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Scaled<TFormat>(
        Vector256<int> a, Vector256<int> b, Vector256<int> zeros, Vector256<float> scales, Vector256<float> scale, Vector256<float> y)
        where TFormat : struct, IPointFormat
    {
        Vector256<int> sum = Avx2.HorizontalAdd(a, b);
        if (!TFormat.HasSigns) sum = Avx2.Subtract(sum, zeros);
        return Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), Avx.Multiply(scales, scale), y);
    }
}
