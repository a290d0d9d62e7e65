using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q3_K"/>: <see cref="SignedScales"/> of 16 columns each, then per 32 columns two low bits and the high one.
/// </summary>
internal readonly unsafe struct Q3_KFormat : IIntegerFormat
{
    private const int Steps = 8;
    private const int StepBytes = BitPairs.Bytes + SingleBits.Bytes;

    public static QuantType Type => QuantType.Q3_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => SignedScales.BytesOf16 + Steps * StepBytes;
    public static int GroupColumns => 16;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 4;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q3_K*)rows;
            SignedScales.Put(block, row, source->D);
            ReadOnlySpan<byte> scales = source->Scales;
            for (int group = 0; group < 2 * Steps; group++) SignedScales.Put(block, row, group, Q3_K.GroupScale(scales, group));
            for (int step = 0; step < Steps; step++)
            {
                byte* pairs = StepCodes(block, step);
                BitPairs.Put(pairs, row, (uint*)&source->Qs + step / 4 * 8, step % 4 * 2);
                SingleBits.Put(pairs + BitPairs.Bytes, row, (uint*)&source->HMask, step);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        byte* pairs = StepCodes(block, step);
        return BitPairs.Codes(pairs, quad, 0) | SingleBits.Codes(pairs + BitPairs.Bytes, quad, 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => SignedScales.Scales(block, 2 * step + half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, int step) => block + SignedScales.BytesOf16 + step * StepBytes;
}
