using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>A panel block of <see cref="Q4_1"/>: nibbles, 8 FP16 scales, 8 FP16 offsets.</summary>
internal readonly unsafe struct Q4_1Format : IIntegerFormat
{
    private const int ScalesAt = Nibbles.Bytes;
    private const int OffsetsAt = ScalesAt + 16;

    public static QuantType Type => QuantType.Q4_1;
    public static int BlockColumns => 32;
    public static int BlockBytes => OffsetsAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 0;
    public static bool HasOffset => true;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q4_1*)rows;
            Nibbles.Put(block, row, (uint*)&source->Qs);
            ((ushort*)(block + ScalesAt))[row] = source->D;
            ((ushort*)(block + OffsetsAt))[row] = source->M;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Nibbles.Codes(block, quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + OffsetsAt));
}
