using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q6_K"/>: <see cref="SignedScales"/> of 16 columns each, then per 32 columns <see cref="SixBits"/>.
/// </summary>
internal readonly unsafe struct Q6_KFormat : IIntegerFormat
{
    private const int Steps = 8;

    public static QuantType Type => QuantType.Q6_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => SignedScales.BytesOf16 + Steps * SixBits.Bytes;
    public static int GroupColumns => 16;
    public static int Headroom => 2;
    public static bool Signed => false;
    public static int ZeroPoint => 32;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        uint* quads = stackalloc uint[8];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q6_K*)rows;
            SignedScales.Put(block, row, source->D);
            for (int group = 0; group < 2 * Steps; group++) SignedScales.Put(block, row, group, source->Scales[group]);
            for (int step = 0; step < Steps; step++)
            {
                // Of each 128 columns, step s (0 to 3) has its low bits in 32 bytes s % 2, nibble s / 2, and its high bits at 2 s.
                uint* low = (uint*)&source->Ql + step / 4 * 16 + step % 2 * 8, high = (uint*)&source->Qh + step / 4 * 8;
                int lowAt = step / 2 % 2 * 4, highAt = step % 4 * 2;
                for (int quad = 0; quad < 8; quad++)
                    quads[quad] = ((low[quad] >> lowAt) & Nibbles.Low) | ((high[quad] >> highAt) & BitPairs.Lowest) << 4;
                SixBits.Put(StepCodes(block, step), row, quads);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => SixBits.Codes(StepCodes(block, step), quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => SignedScales.Scales(block, 2 * (nint)step + half);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* StepCodes(byte* block, nint step) => block + SignedScales.BytesOf16 + step * SixBits.Bytes;
}
