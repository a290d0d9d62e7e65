using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="IQ4_NL"/>: nibbles that become levels in signed bytes, 8 FP16 scales.
/// </summary>
internal readonly unsafe struct IQ4_NLFormat : IIntegerFormat
{
    private const int ScalesAt = Nibbles.Bytes;

    public static QuantType Type => QuantType.IQ4_NL;
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
            var source = (IQ4_NL*)rows;
            Nibbles.Put(block, row, (uint*)&source->Qs);
            ((ushort*)(block + ScalesAt))[row] = source->D;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Levels.Of(IQ4_NL.Levels, Nibbles.Codes(block, quad));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
