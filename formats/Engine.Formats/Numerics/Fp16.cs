using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Formats.Numerics;

/// <summary>
/// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 mantissa bits; largest number 65504, subnormals from 2^-24, infinities, NaNs.
/// A cast from <see cref="Half"/> is some twenty instructions in .NET 10; the conversions here are a few, and vectors.
/// </summary>
public static class Fp16
{
    private const int MantissaBits = 10;
    private const int MinExponent = -14;
    private const uint Magnitude = 0x7FFF;
    private const uint Infinity = 0x7C00;
    private const uint SingleInfinity = 0x7F800000;
    private const float TwoTo112 = 5192296858534827628530496329220096f;

    /// <summary>The value of a binary16, exactly. NaNs keep sign and payload (a signalling one stays signalling).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(ushort bits)
    {
        uint magnitude = bits & Magnitude;
        uint value = BitConverter.SingleToUInt32Bits(Minifloat.ToSingle(magnitude, MantissaBits, MinExponent));
        uint special = magnitude >= Infinity ? SingleInfinity : 0;
        return BitConverter.UInt32BitsToSingle(value | special | ((bits & 0x8000u) << 16));
    }

    /// <summary>Eight conversions at once, each exactly as <see cref="ToSingle(ushort)"/>.</summary>
    /// <param name="bits">One number per lane: its bits in the low half, zeros above (a widening load).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> bits)
    {
        Vector256<uint> magnitude = bits & Vector256.Create(Magnitude);
        // As in Minifloat.ToSingle: the number times 2^-112, because the biases differ by 112.
        Vector256<float> value = (magnitude << (23 - MantissaBits)).AsSingle() * Vector256.Create(TwoTo112);
        Vector256<uint> special = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)Infinity - 1)).AsUInt32()
            & Vector256.Create(SingleInfinity);
        return (value.AsUInt32() | special | ((bits ^ magnitude) << 16)).AsSingle();
    }

    /// <summary>Converts every element exactly.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref name="bits"/>.</exception>
    public static void ToSingle(ReadOnlySpan<ushort> bits, Span<float> values) => HalfWidth.ToSingle<Format>(bits, values);

    /// <summary>
    /// The nearest binary16, ties to even, as IEEE 754 has it: magnitudes from 65520 become infinity, from 2^-25 down zero. A NaN
    /// becomes a quiet NaN with the sign and the upper payload bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint sign = (bits >> 16) & 0x8000;
        float magnitude = MathF.Abs(value);
        if (magnitude < 65536f) return (ushort)(sign | Minifloat.FromSingle(magnitude, MantissaBits, MinExponent));
        uint special = float.IsNaN(value) ? Infinity | 0x200 | ((bits >> 13) & 0x1FF) : Infinity;
        return (ushort)(sign | special);
    }

    /// <summary>Converts every element to the nearest number, as <see cref="FromSingle(float)"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="bits"/> is shorter than <paramref name="values"/>.</exception>
    public static void FromSingle(ReadOnlySpan<float> values, Span<ushort> bits) => HalfWidth.FromSingle<Format>(values, bits);

    /// <summary>Whether the number is neither infinite nor NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFinite(ushort bits) => (bits & Infinity) != Infinity;

    private readonly struct Format : IHalfWidth
    {
        public static float ToSingle(ushort bits) => Fp16.ToSingle(bits);

        public static Vector256<float> ToSingle(Vector256<uint> bits) => Fp16.ToSingle(bits);

        public static ushort FromSingle(float value) => Fp16.FromSingle(value);

        public static bool ArePlain(Vector256<float> values)
            => Vector256.LessThanAll(Vector256.Abs(values), Vector256.Create(65536f));

        // Minifloat.FromSingle on eight lanes.
        public static Vector256<uint> FromSingle(Vector256<float> values)
        {
            Vector256<float> magnitude = Vector256.Abs(values);
            Vector256<uint> sign = (values.AsUInt32() ^ magnitude.AsUInt32()) >> 16;
            Vector256<int> exponent = Vector256.Max((magnitude.AsInt32() >> 23) - Vector256.Create(127), Vector256.Create(MinExponent));
            Vector256<float> grid = ((exponent + Vector256.Create(127 + 23 - MantissaBits)) << 23).AsSingle();
            Vector256<int> steps = (magnitude + grid).AsInt32() - grid.AsInt32();
            Vector256<int> code = ((exponent - Vector256.Create(MinExponent)) << MantissaBits) + steps;
            return code.AsUInt32() | sign;
        }
    }
}
