using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// A panel block of <see cref="TQ1_0"/>: per 32 columns the trits of quads 0 to 4 in 32 bytes, base 3; then per 128 columns three times 32
/// bytes with those of quads 5 to 7, two bits for each of the four steps; then FP16 d of 8 rows. All trits in base 3 would take 7% less
/// memory and a third more time.
/// </summary>
/// <remarks>
/// Five trits are the fraction byte / 256 written in base 3, as in the file: times 3^n, without its whole part, trit n comes first behind
/// the point. Bytes lie 128 lower, so that signed comparisons find the trit; multiplying by 3 modulo 256 keeps them there.
/// </remarks>
internal readonly unsafe struct TQ1_0Format : IIntegerFormat
{
    private const int Steps = 8, Packed = 5, Paired = 3, VectorBytes = 32;
    private const int PairsAt = Steps * VectorBytes, PairStepsBytes = Paired * VectorBytes;
    private const int ScalesAt = PairsAt + Steps / 4 * PairStepsBytes;

    public static QuantType Type => QuantType.TQ1_0;
    public static int BlockColumns => 256;
    public static int BlockBytes => ScalesAt + 2 * Panel.Rows;
    public static int GroupColumns => 32;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 1;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        Span<byte> trits = stackalloc byte[TokenTile.Columns];
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            ((ushort*)(block + ScalesAt))[row] = ((TQ1_0*)rows)->D;
            for (int step = 0; step < Steps; step++)
            {
                TQ1_0.Trits(in *(TQ1_0*)rows, step * TokenTile.Columns, trits);
                for (int i = 0; i < 4; i++)
                {
                    int number = 0;
                    for (int quad = 0; quad < Packed; quad++) number = number * 3 + trits[4 * quad + i];
                    // Rounded up, so that multiplying it out again never falls short of a trit.
                    block[step * VectorBytes + row * 4 + i] = (byte)((number * 256 + 242) / 243 - 128);
                    for (int quad = 0; quad < Paired; quad++)
                    {
                        byte* pairs = Pairs(block, step, quad) + row * 4 + i;
                        int trit = trits[4 * (Packed + quad) + i];
                        *pairs = (byte)(step % 4 == 0 ? trit : *pairs | trit << (step % 4 * 2));
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        if (quad >= Packed)
        {
            Vector256<ushort> pairs = Vector256.Load((ushort*)Pairs(block, step, quad - Packed)) >> ((step & 3) * 2);
            return pairs.AsByte() & Vector256.Create((byte)3);
        }
        Vector256<sbyte> fraction = Vector256.Load((sbyte*)(block + step * VectorBytes));
        if (quad > 0) fraction = Tripled(fraction);
        if (quad > 1) fraction = Tripled(fraction);
        if (quad > 2) fraction = Tripled(fraction);
        if (quad > 3) fraction = Tripled(fraction);
        // A third of 256 is 85 1/3. Comparisons give -1.
        Vector256<sbyte> one = Vector256.GreaterThan(fraction, Vector256.Create((sbyte)(85 - 128)));
        Vector256<sbyte> two = Vector256.GreaterThan(fraction, Vector256.Create((sbyte)(170 - 128)));
        return (Vector256<sbyte>.Zero - one - two).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Tripled(Vector256<sbyte> fraction) => fraction + fraction + fraction;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Pairs(byte* block, int step, int quad) => block + PairsAt + (step >> 2) * PairStepsBytes + quad * VectorBytes;
}
