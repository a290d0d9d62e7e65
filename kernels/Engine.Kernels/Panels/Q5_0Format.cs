using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q5_0"/>: <see cref="FiveBits"/>, 8 FP16 scales.
/// </summary>
internal readonly unsafe struct Q5_0Format : IIntegerFormat
{
    private const int ScalesAt = FiveBits.Bytes;

    public static QuantType Type => QuantType.Q5_0;
    public static int BlockColumns => 32;
    public static int BlockBytes => ScalesAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => 16;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q5_0*)rows;
            FiveBits.Put(block, row, (uint*)&source->Qs, source->Qh);
            ((ushort*)(block + ScalesAt))[row] = source->D;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => FiveBits.Codes(block, quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
