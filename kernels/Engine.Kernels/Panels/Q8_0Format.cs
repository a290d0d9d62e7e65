using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>A panel block of <see cref="Q8_0"/>: 8 vectors of signed codes, 8 FP16 scales.</summary>
internal readonly unsafe struct Q8_0Format : IIntegerFormat
{
    private const int ScalesAt = 256;

    public static QuantType Type => QuantType.Q8_0;
    public static int BlockColumns => 32;
    public static int BlockBytes => ScalesAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 1;
    public static bool Signed => true;
    public static int ZeroPoint => 0;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (Q8_0*)rows;
            uint* words = (uint*)&source->Qs;
            for (int i = 0; i < 8; i++) ((uint*)block)[i * Panel.Rows + row] = words[i];
            ((ushort*)(block + ScalesAt))[row] = source->D;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Vector256.Load(block + 32 * quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
