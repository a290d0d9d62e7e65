using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q2_K"/>: d and -dmin of 8 rows as floats, then per 16 columns 8 bytes with the scale in the low nibble and the
/// minimum in the high one, as the file has them, then per 32 columns two bits each.
/// </summary>
internal readonly unsafe struct Q2_KFormat : IIntegerFormat
{
    private const int Steps = 8;
    private const int MinusDMinAt = 32;
    private const int GroupsAt = 64;
    private const int CodesAt = GroupsAt + 2 * Steps * Panel.Rows;

    public static QuantType Type => QuantType.Q2_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => CodesAt + Steps * BitPairs.Bytes;
    public static int GroupColumns => 16;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 0;
    public static bool HasOffset => true;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q2_K*)rows;
            ((float*)block)[row] = Fp16.ToSingle(source->D);
            ((float*)(block + MinusDMinAt))[row] = -Fp16.ToSingle(source->DMin);
            for (int group = 0; group < 2 * Steps; group++) block[GroupsAt + group * Panel.Rows + row] = source->Scales[group];
            for (int step = 0; step < Steps; step++)
                BitPairs.Put(block + CodesAt + step * BitPairs.Bytes, row, (uint*)&source->Qs + step / 4 * 8, step % 4 * 2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) =>
        BitPairs.Codes(block + CodesAt + (nint)step * BitPairs.Bytes, quad, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        Vector256.ConvertToSingle(Group(block, step, half) & Vector256.Create(15)) * Vector256.Load((float*)block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) =>
        Vector256.ConvertToSingle(Group(block, step, half) >> 4) * Vector256.Load((float*)(block + MinusDMinAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Group(byte* block, int step, int half) =>
        Lanes.Load(block + GroupsAt + (2 * (nint)step + half) * Panel.Rows);
}
