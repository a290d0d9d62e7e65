using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q4_K"/>: <see cref="MinimumScales"/>, then the groups' nibbles.
/// </summary>
internal readonly unsafe struct Q4_KFormat : IIntegerFormat
{
    public static QuantType Type => QuantType.Q4_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => MinimumScales.Bytes + MinimumScales.Groups * Nibbles.Bytes;
    public static int GroupColumns => 32;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 0;
    public static bool HasOffset => true;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q4_K*)rows;
            MinimumScales.Put(block, row, source->D, source->DMin, source->Scales);
            // Two groups share 32 bytes of the file, one in the low nibbles and one in the high ones.
            for (int group = 0; group < MinimumScales.Groups; group++)
                Nibbles.Put(GroupCodes(block, group), row, (uint*)&source->Qs + group / 2 * 8, group % 2 * 4);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Nibbles.Codes(GroupCodes(block, step), quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => MinimumScales.Scales(block, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) => MinimumScales.Offsets(block, step);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* GroupCodes(byte* block, nint group) => block + MinimumScales.Bytes + group * Nibbles.Bytes;
}
