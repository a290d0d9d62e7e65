using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="NVFP4"/>: 4 x 8 scale bytes, then per 32 columns nibbles, which become codes to 24 as those of
/// <see cref="MXFP4Format"/>.
/// </summary>
internal readonly unsafe struct NVFP4Format : IIntegerFormat
{
    private const int Groups = 4;
    private const int CodesAt = Groups * Panel.Rows;
    private const uint Low = 0x0F0F0F0F;

    public static QuantType Type => QuantType.NVFP4;
    public static int BlockColumns => 64;
    public static int BlockBytes => CodesAt + BlockColumns / TokenTile.Columns * Nibbles.Bytes;
    public static int GroupColumns => 16;
    public static int Headroom => MXFP4Format.Headroom;
    public static bool Signed => false;
    public static int ZeroPoint => MXFP4Format.ZeroPoint;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        uint* words = stackalloc uint[4];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (NVFP4*)rows;
            for (int group = 0; group < Groups; group++)
            {
                // The one number that its bits do not tell, see NVFP4.Scale.
                byte code = source->Scales[group];
                block[group * Panel.Rows + row] = (byte)(code == 0x7F ? 0 : code & 0x7F);
            }
            for (int step = 0; step < 2; step++)
            {
                // Two words of the first 16 columns, then two of the last: a nibble of each makes a word of the panel.
                uint* pairs = (uint*)&source->Qs + 4 * step;
                for (int i = 0; i < 2; i++)
                {
                    words[i] = (pairs[i] & Low) | (pairs[i + 2] & Low) << 4;
                    words[i + 2] = ((pairs[i] >> 4) & Low) | (pairs[i + 2] & ~Low);
                }
                Nibbles.Put(block + CodesAt + step * Nibbles.Bytes, row, words);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) =>
        Levels.Of(MXFP4Format.Raised, Nibbles.Codes(block + CodesAt + step * Nibbles.Bytes, quad));

    /// <summary>Half of the UE4M3 number, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half)
    {
        // As in Lanes.LoadFp16Scales: a subnormal number, f * 2^-6, halved became (1 + f) * 2^-8: twice that is 2^-7 too much.
        Vector256<int> bits = Lanes.Load(block + (2 * step + half) * Panel.Rows) << 20;
        Vector256<float> value = (bits + Vector256.Create(119 << 23)).AsSingle();
        return value + Vector256.MinNative(value - Vector256.Create(0.0078125f), Vector256<float>.Zero);
    }

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
