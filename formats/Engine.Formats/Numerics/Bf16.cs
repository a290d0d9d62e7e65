using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Formats.Numerics;

/// <summary>bfloat16: the upper half of a float32 (1 sign, 8 exponent, 7 mantissa bits), infinities and NaNs included.</summary>
public static class Bf16
{
    /// <summary>The value of a bfloat16, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Eight conversions at once.</summary>
    /// <param name="bits">One number per lane: its bits in the low half (a widening load).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> bits) => (bits << 16).AsSingle();

    /// <summary>Converts every element exactly.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref name="bits"/>.</exception>
    public static void ToSingle(ReadOnlySpan<ushort> bits, Span<float> values) => HalfWidth.ToSingle<Format>(bits, values);

    /// <summary>
    /// The nearest bfloat16, ties to even; magnitudes that round beyond the largest number become infinity, subnormals stay. A NaN
    /// becomes a quiet NaN with the sign and the upper payload bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        // Just under half of the last kept bit, and one more where that bit is odd: a tie carries only towards even.
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Converts every element to the nearest number, as <see cref="FromSingle(float)"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="bits"/> is shorter than <paramref name="values"/>.</exception>
    public static void FromSingle(ReadOnlySpan<float> values, Span<ushort> bits) => HalfWidth.FromSingle<Format>(values, bits);

    /// <summary>Whether the number is neither infinite nor NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFinite(ushort bits) => (bits & 0x7F80) != 0x7F80;

    private readonly struct Format : IHalfWidth
    {
        public static float ToSingle(ushort bits) => Bf16.ToSingle(bits);

        public static Vector256<float> ToSingle(Vector256<uint> bits) => Bf16.ToSingle(bits);

        public static ushort FromSingle(float value) => Bf16.FromSingle(value);

        public static bool ArePlain(Vector256<float> values) => Vector256.EqualsAll(values, values);

        public static Vector256<uint> FromSingle(Vector256<float> values)
        {
            Vector256<uint> bits = values.AsUInt32();
            return (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        }
    }
}
