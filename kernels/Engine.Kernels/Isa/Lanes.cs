using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>Loads of eight small numbers, one per 32-bit lane: the row fields of a panel.</summary>
internal static unsafe class Lanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p)
        : Vector256.Create(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(sbyte* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p)
        : Vector256.Create(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(ushort* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p)
        : Vector256.Create(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(short* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(p)
        : Vector256.Create(p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7]);

    /// <summary>16 bytes as words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ushort> LoadWords(byte* p)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int16(p).AsUInt16();
        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(p));
        return Vector256.Create(lower, upper);
    }

    /// <summary>The first eight of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector128<sbyte> bytes) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(bytes)
        : Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());

    /// <summary>Asks for a stretch of memory that is going to be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* start, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (int offset = 0; offset < bytes; offset += NativeBuffer.Alignment) Sse.Prefetch0(start + offset);
    }

    /// <summary>Eight FP16 numbers, exactly; they must be finite, as a loaded matrix's are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadFp16(ushort* p)
    {
        // Sign-extended and shifted into place, the number is 2^-112 of itself, because the exponents' biases differ by 112, with copies
        // of its sign above the exponent, which the mask takes away. Subnormals come out right too.
        Vector256<int> scaled = (Load((short*)p) << 13) & Vector256.Create(unchecked((int)0x8FFFFFFF));
        return scaled.AsSingle() * Vector256.Create(5192296858534827628530496329220096f);
    }

    /// <summary>
    /// The same without subnormal operands, in 9 operations instead of 4. For scales, which are often subnormal in FP16 where a block
    /// scales its scales. One subnormal scale in sixteen took 40% off the products with a single token of Q4_0 and Q4_K on Zen 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadFp16Scales(ushort* p)
    {
        Vector256<int> bits = Load((short*)p) << 13;
        // With the bias corrected, numbers from 2^-14 on are right. A subnormal one, f * 2^-14, became (1 + f) * 2^-15: twice that is
        // 2^-14 too much.
        Vector256<float> value = ((bits & Vector256.Create(0x0FFFE000)) + Vector256.Create(112 << 23)).AsSingle();
        value += Vector256.MinNative(value - Vector256.Create(6.103515625e-5f), Vector256<float>.Zero);
        return (value.AsInt32() | (bits & Vector256.Create(int.MinValue))).AsSingle();
    }

    /// <summary>As <see cref="LoadFp16Scales"/>, but infinities and NaNs stay what they are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadAnyFp16(ushort* p)
    {
        Vector256<int> special = Vector256.GreaterThan(Load(p) & Vector256.Create(0x7FFF), Vector256.Create(0x7BFF));
        return (LoadFp16Scales(p).AsInt32() | (special & Vector256.Create(0x7F800000))).AsSingle();
    }

    /// <summary>Eight BF16 numbers, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBf16(ushort* p) => (Load(p) << 16).AsSingle();
}
