using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q5_1"/>: <see cref="FiveBits"/>, 8 FP16 scales, 8 FP16 offsets.
/// </summary>
internal readonly unsafe struct Q5_1Format : IIntegerFormat
{
    private const int ScalesAt = FiveBits.Bytes;
    private const int OffsetsAt = ScalesAt + 16;

    public static QuantType Type => QuantType.Q5_1;
    public static int BlockColumns => 32;
    public static int BlockBytes => OffsetsAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 0;
    public static bool HasOffset => true;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q5_1*)rows;
            FiveBits.Put(block, row, (uint*)&source->Qs, source->Qh);
            ((ushort*)(block + ScalesAt))[row] = source->D;
            ((ushort*)(block + OffsetsAt))[row] = source->M;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => FiveBits.Codes(block, quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + OffsetsAt));
}
