using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="MXFP4"/>: nibbles that become doubled levels, 8 E8M0 scales. The levels, -12 to 12, lie 12 higher, so that
/// they are codes to 24.
/// </summary>
internal readonly unsafe struct MXFP4Format : IIntegerFormat
{
    private const int ScalesAt = Nibbles.Bytes;
    private const int Zero = 12;

    public static QuantType Type => QuantType.MXFP4;
    public static int BlockColumns => 32;
    public static int BlockBytes => ScalesAt + 8;
    public static int GroupColumns => 32;
    public static int Headroom => 4;
    public static bool Signed => false;
    public static int ZeroPoint => Zero;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            var source = (MXFP4*)rows;
            Nibbles.Put(block, row, (uint*)&source->Qs);
            block[ScalesAt + row] = source->E;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Levels.Of(Raised, Nibbles.Codes(block, quad));

    /// <summary>Half of the E8M0 number, exactly: code 0 means 2^-127, which as a float is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        Vector256.Max(Lanes.Load(block + ScalesAt) << 23, Vector256.Create(1 << 22)).AsSingle() * Vector256.Create(0.5f);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    /// <summary><see cref="Fp4Levels.Doubled"/> and 12.</summary>
    internal static ReadOnlySpan<byte> Raised =>
    [
        Zero, Zero + 1, Zero + 2, Zero + 3, Zero + 4, Zero + 6, Zero + 8, Zero + 12,
        Zero, Zero - 1, Zero - 2, Zero - 3, Zero - 4, Zero - 6, Zero - 8, Zero - 12,
    ];
}
