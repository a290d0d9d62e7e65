using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q5_K"/>: <see cref="MinimumScales"/>, then the groups' <see cref="FiveBits"/>.
/// </summary>
internal readonly unsafe struct Q5_KFormat : IIntegerFormat
{
    public static QuantType Type => QuantType.Q5_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => MinimumScales.Bytes + MinimumScales.Groups * FiveBits.Bytes;
    public static int GroupColumns => 32;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 0;
    public static bool HasOffset => true;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        uint* quads = stackalloc uint[8];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q5_K*)rows;
            MinimumScales.Put(block, row, source->D, source->DMin, source->Scales);
            for (int group = 0; group < MinimumScales.Groups; group++)
            {
                // Two groups share 32 bytes of nibbles, one in the low ones and one in the high ones; all share those of the fifth bits.
                uint* nibbles = (uint*)&source->Qs + group / 2 * 8, fifth = (uint*)&source->Qh;
                for (int quad = 0; quad < 8; quad++)
                    quads[quad] = ((nibbles[quad] >> (group % 2 * 4)) & Nibbles.Low) | ((fifth[quad] >> group) & SingleBits.Lowest) << 4;
                FiveBits.Put(GroupCodes(block, group), row, quads);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => FiveBits.Codes(GroupCodes(block, step), quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => MinimumScales.Scales(block, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) => MinimumScales.Offsets(block, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* GroupCodes(byte* block, nint group) => block + MinimumScales.Bytes + group * FiveBits.Bytes;
}
