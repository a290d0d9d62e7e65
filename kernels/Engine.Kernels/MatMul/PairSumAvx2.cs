using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// How a class of codes is summed in <see cref="IntegerPairKernelAvx2"/>, two vectors of codes at a time, for 8 rows and one token. A type
/// parameter of its own for the reason given at <see cref="IColumnSum"/>.
/// </summary>
internal interface IPairSum
{
    /// <summary>Adds the products of two vectors of codes with two words of activations.</summary>
    static abstract Vector256<int> Add(
        Vector256<int> sum, Vector256<byte> w0, Vector256<byte> w1, Vector256<sbyte> x0, Vector256<sbyte> x1);

    /// <summary>The sums of a group, one per row.</summary>
    static abstract Vector256<int> End(Vector256<int> sum);
}

/// <summary>Codes whose sums fit 16 bits through the whole group: up to 15 in groups of 32 (30480), up to 31 in groups of 16 (31496).</summary>
internal readonly struct GroupSum : IPairSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(
        Vector256<int> sum, Vector256<byte> w0, Vector256<byte> w1, Vector256<sbyte> x0, Vector256<sbyte> x1) =>
        Avx2.Add(Avx2.Add(sum.AsInt16(), Avx2.MultiplyAddAdjacent(w0, x0)), Avx2.MultiplyAddAdjacent(w1, x1)).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => Avx2.MultiplyAddAdjacent(sum.AsInt16(), Vector256<short>.One);
}

/// <summary>Codes up to 63: two quads fit 16 bits (32004).</summary>
internal readonly struct TwoQuadSum : IPairSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(
        Vector256<int> sum, Vector256<byte> w0, Vector256<byte> w1, Vector256<sbyte> x0, Vector256<sbyte> x1)
    {
        Vector256<short> quads = Avx2.Add(Avx2.MultiplyAddAdjacent(w0, x0), Avx2.MultiplyAddAdjacent(w1, x1));
        return Avx2.Add(sum, Avx2.MultiplyAddAdjacent(quads, Vector256<short>.One));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => sum;
}

/// <summary>Codes up to 127: each quad is widened.</summary>
internal readonly struct QuadSum : IPairSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(
        Vector256<int> sum, Vector256<byte> w0, Vector256<byte> w1, Vector256<sbyte> x0, Vector256<sbyte> x1) =>
        Avx2.Add(
            Avx2.Add(sum, Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(w0, x0), Vector256<short>.One)),
            Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(w1, x1), Vector256<short>.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => sum;
}

/// <summary>Signed codes, widened to 16 bits, with activations of 16 bits.</summary>
internal readonly struct WordSum : IPairSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(
        Vector256<int> sum, Vector256<byte> w0, Vector256<byte> w1, Vector256<sbyte> x0, Vector256<sbyte> x1) =>
        Avx2.Add(
            Avx2.Add(sum, Avx2.MultiplyAddAdjacent(w0.AsInt16(), x0.AsInt16())),
            Avx2.MultiplyAddAdjacent(w1.AsInt16(), x1.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> End(Vector256<int> sum) => sum;
}
