using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>What the 64-byte kernels do with 16-bit words.</summary>
internal static unsafe class Words
{
    /// <summary>A word of four activations in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<sbyte> Bytes(byte* word) => Vector512.Create(*(int*)word).AsSByte();

    /// <summary>A word of two activations, or of two sums, in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Shorts(byte* word) => Vector512.Create(*(int*)word).AsInt16();

    /// <summary>Signed bytes at even places, in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Even(Vector512<byte> codes) => (codes.AsInt16() << 8 >> 8).AsByte();

    /// <summary>Signed bytes at odd places, in 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Odd(Vector512<byte> codes) => (codes.AsInt16() >> 8).AsByte();

    /// <summary>The sums of neighbours, in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen<TLeaf>(Vector512<short> sums)
        where TLeaf : struct, IWideLeaf => TLeaf.MultiplyAddAdjacent(sums, Vector512<short>.One);
}
