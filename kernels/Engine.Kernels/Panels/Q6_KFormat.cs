using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q6_K"/>: 8 FP16 d, then per 16 columns 8 signed scale bytes, then per 32 columns the nibbles and two
/// vectors of high bits. A high-bits byte holds two bits of quads 0 to 3 (or 4 to 7), lowest first.
/// </summary>
internal readonly unsafe struct Q6_KFormat : IIntegerFormat
{
    private const int Steps = 8;
    private const int GroupScalesAt = 16;
    private const int CodesAt = GroupScalesAt + 2 * Steps * Panel.Rows;
    private const int StepBytes = Nibbles.Bytes + 64;

    public static QuantType Type => QuantType.Q6_K;
    public static int BlockColumns => 256;
    public static int BlockBytes => CodesAt + Steps * StepBytes;
    public static int GroupColumns => 16;
    public static int Headroom => 2;
    public static bool Signed => false;
    public static int ZeroPoint => 32;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q6_K*)rows;
            ((ushort*)block)[row] = source->D;
            for (int group = 0; group < 2 * Steps; group++) block[GroupScalesAt + group * 8 + row] = (byte)source->Scales[group];
            for (int step = 0; step < Steps; step++)
            {
                // Of each 128 columns, step s (0 to 3) has its low bits in 32 bytes s % 2, nibble s / 2, and its high bits at 2 s.
                uint* low = (uint*)&source->Ql + step / 4 * 16 + step % 2 * 8;
                uint* high = (uint*)&source->Qh + step / 4 * 8;
                int lowShift = step / 2 % 2 * 4, highShift = step % 4 * 2;
                byte* nibbles = block + CodesAt + step * StepBytes;
                for (int i = 0; i < 4; i++) Nibbles.Put(nibbles, row, i, Nibbles.Join(low[i] >> lowShift, low[i + 4] >> lowShift));
                uint* twos = (uint*)(nibbles + Nibbles.Bytes);
                for (int i = 0; i < 2; i++)
                {
                    uint word = 0;
                    for (int quad = 0; quad < 4; quad++) word |= ((high[4 * i + quad] >> highShift) & 0x03030303) << (2 * quad);
                    twos[i * Panel.Rows + row] = word;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        byte* nibbles = block + CodesAt + step * StepBytes;
        Vector256<ushort> twos = Vector256.Load((ushort*)(nibbles + Nibbles.Bytes + quad / 4 * 32));
        Vector256<ushort> high = (quad % 4) switch { 0 => twos << 4, 1 => twos << 2, 2 => twos, _ => twos >> 2 };
        return Nibbles.Codes(nibbles, quad) | (high.AsByte() & Vector256.Create((byte)0x30));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        Lanes.LoadFp16((ushort*)block) * Vector256.ConvertToSingle(Lanes.Load((sbyte*)block + GroupScalesAt + (2 * step + half) * 8));

    public static Vector256<float> Offsets(byte* block, int step) => default;
}
