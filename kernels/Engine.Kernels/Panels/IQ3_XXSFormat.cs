using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="IQ3_XXS"/>: <see cref="HalfScales"/>, then per 32 columns <see cref="SignedNibbles"/>. All magnitudes are
/// even; half of them, -31 to 31, lie 31 higher, so that they are codes to 62.
/// </summary>
internal readonly unsafe struct IQ3_XXSFormat : IIntegerFormat
{
    private const int Steps = 8;
    private const int Zero = 31;
    private static readonly uint[] Grid = GridWords.OfFour(IqGrids.IQ3_XXS);

    public static QuantType Type => QuantType.IQ3_XXS;
    public static int BlockColumns => 256;
    public static int BlockBytes => HalfScales.Bytes + Steps * Nibbles.Bytes;
    public static int GroupColumns => 32;
    public static int Headroom => 2;
    public static bool Signed => false;
    public static int ZeroPoint => Zero;
    public static bool HasOffset => false;

    private static ReadOnlySpan<byte> Raised =>
    [
        Zero - 31, Zero - 26, Zero - 22, Zero - 18, Zero - 14, Zero - 10, Zero - 6, Zero - 2,
        Zero + 2, Zero + 6, Zero + 10, Zero + 14, Zero + 18, Zero + 22, Zero + 26, Zero + 31,
    ];

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        Span<uint> ranks = stackalloc uint[8];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (IQ3_XXS*)rows;
            HalfScales.Put(block, row, source->D);
            for (int step = 0; step < Steps; step++)
            {
                uint word = source->SignsAndScales[step], signs = 0;
                HalfScales.Put(block, row, step, word >> 28);
                for (int i = 0; i < 8; i++) ranks[i] = Grid[source->Qs[8 * step + i]];
                for (int i = 0; i < 4; i++) signs |= (uint)IqGrids.Signs(word >> (7 * i)) << (8 * i);
                SignedNibbles.Put(StepCodes(block, step), row, ranks, signs);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Levels.Of(Raised, Nibbles.Codes(StepCodes(block, step), quad));

    /// <summary>d (s + 1/2) / 2 of the format, times two for halved magnitudes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => HalfScales.Scales(block, step, half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, int step) => block + HalfScales.Bytes + step * Nibbles.Bytes;
}
