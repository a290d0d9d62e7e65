using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q3_K"/>: <see cref="SignedScales"/> of 16 columns each, then per 32 columns <see cref="ThreeBits"/>.
/// </summary>
internal readonly unsafe struct Q3_KFormat : IIntegerFormat
{
    private const int Steps = 8;

    public static QuantType Type => QuantType.Q3_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => SignedScales.BytesOf16 + Steps * ThreeBits.Bytes;
    public static int GroupColumns => 16;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 4;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        uint* quads = stackalloc uint[8];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q3_K*)rows;
            SignedScales.Put(block, row, source->D);
            ReadOnlySpan<byte> scales = source->Scales;
            for (int group = 0; group < 2 * Steps; group++) SignedScales.Put(block, row, group, Q3_K.GroupScale(scales, group));
            for (int step = 0; step < Steps; step++)
            {
                uint* low = (uint*)&source->Qs + step / 4 * 8, high = (uint*)&source->HMask;
                for (int quad = 0; quad < 8; quad++)
                    quads[quad] = ((low[quad] >> (step % 4 * 2)) & BitPairs.Lowest) | ((high[quad] >> step) & SingleBits.Lowest) << 2;
                ThreeBits.Put(StepCodes(block, step), row, quads);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => ThreeBits.Codes(StepCodes(block, step), quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => SignedScales.Scales(block, 2 * (nint)step + half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, nint step) => block + SignedScales.BytesOf16 + step * ThreeBits.Bytes;
}
