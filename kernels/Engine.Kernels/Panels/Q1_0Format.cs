using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="Q1_0"/>: per 32 columns a bit each, then FP16 d of 8 rows. A set bit is code 2 and a clear one code 0, which
/// mean d and -d.
/// </summary>
internal readonly unsafe struct Q1_0Format : IIntegerFormat
{
    private const int Steps = 4;
    private const int ScalesAt = Steps * SingleBits.Bytes;

    public static QuantType Type => QuantType.Q1_0;
    public static int BlockColumns => 128;
    public static int BlockBytes => ScalesAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 1;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q1_0*)rows;
            for (int step = 0; step < Steps; step++) SingleBits.Put(block + step * SingleBits.Bytes, row, ((uint*)&source->Qs)[step]);
            ((ushort*)(block + ScalesAt))[row] = source->D;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => SingleBits.Codes(block + step * SingleBits.Bytes, quad, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
