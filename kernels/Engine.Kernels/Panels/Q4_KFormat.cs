using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q4_K"/>: FP16 d and dmin of 8 rows, then per group of 32 columns 8 scale bytes and 8 minimum bytes, then
/// the groups' nibbles.
/// </summary>
internal readonly unsafe struct Q4_KFormat : IIntegerFormat
{
    private const int Groups = 8;
    private const int DMinAt = 16;
    private const int GroupScalesAt = 32;
    private const int CodesAt = GroupScalesAt + Groups * 16;

    public static QuantType Type => QuantType.Q4_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => CodesAt + Groups * Nibbles.Bytes;
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
            ((ushort*)block)[row] = source->D;
            ((ushort*)(block + DMinAt))[row] = source->DMin;
            for (int group = 0; group < Groups; group++)
            {
                (int scale, int min) = KScales.Get(source->Scales, group);
                byte* scales = block + GroupScalesAt + group * 16;
                scales[row] = (byte)scale;
                scales[row + 8] = (byte)min;
                // Two groups share 32 bytes of the file, one in the low nibbles and one in the high ones.
                uint* words = (uint*)&source->Qs + group / 2 * 8;
                int shift = group % 2 * 4;
                byte* nibbles = block + CodesAt + group * Nibbles.Bytes;
                for (int i = 0; i < 4; i++) Nibbles.Put(nibbles, row, i, Nibbles.Join(words[i] >> shift, words[i + 4] >> shift));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Nibbles.Codes(block + CodesAt + step * Nibbles.Bytes, quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        Lanes.LoadFp16((ushort*)block) * Vector256.ConvertToSingle(Lanes.Load(block + GroupScalesAt + step * 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step) =>
        -(Lanes.LoadFp16((ushort*)(block + DMinAt)) * Vector256.ConvertToSingle(Lanes.Load(block + GroupScalesAt + step * 16 + 8)));
}
