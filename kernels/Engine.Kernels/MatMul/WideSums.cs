using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Codes up to 15: sums stay in 16 bits through a group of 32 columns, 8 x 2 x 15 x 127 = 30480.</summary>
internal readonly unsafe struct SumsTo15<TLeaf> : IWideSum
    where TLeaf : struct, IWideLeaf
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride)
    {
        Vector512<short> low = TLeaf.MultiplyAddAdjacent(w0, Words.Bytes(x));
        low += TLeaf.MultiplyAddAdjacent(w1, Words.Bytes(x + stride));
        Vector512<short> high = TLeaf.MultiplyAddAdjacent(w2, Words.Bytes(x + 2 * stride));
        high += TLeaf.MultiplyAddAdjacent(w3, Words.Bytes(x + 3 * stride));
        return (sum.AsInt16() + (low + high)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> End(Vector512<int> sum) => Words.Widen<TLeaf>(sum.AsInt16());
}

/// <summary>Codes up to 31: 4 x 2 x 31 x 127 = 31496.</summary>
internal readonly unsafe struct SumsTo31<TLeaf> : IWideSum
    where TLeaf : struct, IWideLeaf
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride) =>
        sum + SumsTo15<TLeaf>.End(SumsTo15<TLeaf>.Add(default, w0, w1, w2, w3, x, stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> End(Vector512<int> sum) => sum;
}

/// <summary>Codes up to 63: 2 x 2 x 63 x 127 = 32004.</summary>
internal readonly unsafe struct SumsTo63<TLeaf> : IWideSum
    where TLeaf : struct, IWideLeaf
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride) =>
        sum + (Pair(w0, w1, x, stride) + Pair(w2, w3, x + 2 * stride, stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> End(Vector512<int> sum) => sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Pair(Vector512<byte> w0, Vector512<byte> w1, byte* x, int stride) => Words.Widen<TLeaf>(
        TLeaf.MultiplyAddAdjacent(w0, Words.Bytes(x)) + TLeaf.MultiplyAddAdjacent(w1, Words.Bytes(x + stride)));
}

/// <summary>Codes up to 127: 2 x 127 x 127 = 32258.</summary>
internal readonly unsafe struct SumsTo127<TLeaf> : IWideSum
    where TLeaf : struct, IWideLeaf
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride)
    {
        sum += Words.Widen<TLeaf>(TLeaf.MultiplyAddAdjacent(w0, Words.Bytes(x)));
        sum += Words.Widen<TLeaf>(TLeaf.MultiplyAddAdjacent(w1, Words.Bytes(x + stride)));
        sum += Words.Widen<TLeaf>(TLeaf.MultiplyAddAdjacent(w2, Words.Bytes(x + 2 * stride)));
        return sum + Words.Widen<TLeaf>(TLeaf.MultiplyAddAdjacent(w3, Words.Bytes(x + 3 * stride)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> End(Vector512<int> sum) => sum;
}

/// <summary>Signed codes that were widened to 16 bits, with activations of 16 bits.</summary>
internal readonly unsafe struct SignedWordSums<TLeaf> : IWideSum
    where TLeaf : struct, IWideLeaf
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride)
    {
        Vector512<int> low = TLeaf.MultiplyAddAdjacent(w0.AsInt16(), Words.Shorts(x));
        low += TLeaf.MultiplyAddAdjacent(w1.AsInt16(), Words.Shorts(x + stride));
        Vector512<int> high = TLeaf.MultiplyAddAdjacent(w2.AsInt16(), Words.Shorts(x + 2 * stride));
        high += TLeaf.MultiplyAddAdjacent(w3.AsInt16(), Words.Shorts(x + 3 * stride));
        return sum + (low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> End(Vector512<int> sum) => sum;
}
