using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="IQ4_XS"/>: <see cref="SignedScales"/> of 32 columns each, then per 32 columns nibbles, which become
/// the levels of <see cref="IQ4_NL"/>.
/// </summary>
internal readonly unsafe struct IQ4_XSFormat : IIntegerFormat
{
    private const int Groups = 8;

    public static QuantType Type => QuantType.IQ4_XS;
    public static int BlockColumns => 256;
    public static int BlockBytes => SignedScales.BytesOf8 + Groups * Nibbles.Bytes;
    public static int GroupColumns => 32;
    public static int Headroom => 1;
    public static bool Signed => true;
    public static int ZeroPoint => 0;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (IQ4_XS*)rows;
            SignedScales.Put(block, row, source->D);
            for (int group = 0; group < Groups; group++)
            {
                int low = source->ScalesLow[group / 2] >> (group % 2 * 4), high = source->ScalesHigh >> (2 * group);
                SignedScales.Put(block, row, group, ((low & 15) | ((high & 3) << 4)) - 32);
                Nibbles.Put(GroupCodes(block, group), row, (uint*)&source->Qs + group * 4);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) =>
        Levels.Of(IQ4_NL.Levels, Nibbles.Codes(GroupCodes(block, step), quad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => SignedScales.Scales(block, step);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* GroupCodes(byte* block, nint group) => block + SignedScales.BytesOf8 + group * Nibbles.Bytes;
}
