using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="IQ3_S"/>: <see cref="SignedScales"/> of 32 columns each, then per 32 columns <see cref="SignedNibbles"/>.
/// Weights are the odd numbers from -15 to 15: twice the nibble, less 15.
/// </summary>
internal readonly unsafe struct IQ3_SFormat : IIntegerFormat
{
    private const int Steps = 8;
    private static readonly uint[] Grid = GridWords.OfFour(IqGrids.IQ3_S);

    public static QuantType Type => QuantType.IQ3_S;
    public static int BlockColumns => 256;
    public static int BlockBytes => SignedScales.BytesOf8 + Steps * Nibbles.Bytes;
    public static int GroupColumns => 32;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 15;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        Span<uint> ranks = stackalloc uint[8];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (IQ3_S*)rows;
            SignedScales.Put(block, row, source->D);
            for (int step = 0; step < Steps; step++)
            {
                SignedScales.Put(block, row, step, 1 + 2 * ((source->Scales[step / 2] >> (step % 2 * 4)) & 15));
                for (int i = 0; i < 8; i++) ranks[i] = Grid[source->Qs[8 * step + i] | ((source->Qh[step] >> i) & 1) << 8];
                SignedNibbles.Put(StepCodes(block, step), row, ranks, ((uint*)&source->Signs)[step]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        Vector256<byte> half = Nibbles.Codes(StepCodes(block, step), quad);
        return half + half;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => SignedScales.Scales(block, step);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, int step) => block + SignedScales.BytesOf8 + step * Nibbles.Bytes;
}
