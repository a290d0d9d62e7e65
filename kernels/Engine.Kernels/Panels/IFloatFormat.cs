using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>A type whose weights are plain numbers. A panel block is one column: 8 numbers as the file has them.</summary>
internal unsafe interface IFloatFormat
{
    static abstract QuantType Type { get; }

    /// <summary>Bytes of a number, 2 or 4.</summary>
    static abstract int Bytes { get; }

    /// <summary>8 rows of one column.</summary>
    static abstract Vector256<float> Load(byte* block);
}

internal readonly unsafe struct F32Format : IFloatFormat
{
    public static QuantType Type => QuantType.F32;
    public static int Bytes => 4;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* block) => Vector256.Load((float*)block);
}

internal readonly unsafe struct F16Format : IFloatFormat
{
    public static QuantType Type => QuantType.F16;
    public static int Bytes => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* block) => Lanes.LoadFp16((ushort*)block);
}

internal readonly unsafe struct BF16Format : IFloatFormat
{
    public static QuantType Type => QuantType.BF16;
    public static int Bytes => 2;
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* block) => Lanes.LoadBf16((ushort*)block);
}
