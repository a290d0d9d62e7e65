using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// How a class of codes is multiplied: the sum over 16 columns of code times activation, for 8 rows and one token. vpmaddubsw adds two
/// products of an unsigned and a signed byte in 16 bits; activations are at most 127, so how large codes are decides how many such sums
/// may be added before they must be widened. (A type parameter of its own, because a kernel that asked the codes for these constants
/// at every step would have more calls than the compiler is willing to inline.)
/// </summary>
internal unsafe interface IColumnSum
{
    /// <param name="w0">Codes of the first quad.</param>
    /// <param name="w1">Codes of the second.</param>
    /// <param name="w2">Codes of the third.</param>
    /// <param name="w3">Codes of the fourth.</param>
    /// <param name="stride">Bytes from one quad of activations to the next.</param>
    /// <param name="activations">Codes of the first quad.</param>
    static abstract Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* activations);
}

/// <summary>Codes up to 31: 4 x 2 x 31 x 127 = 31496.</summary>
internal readonly unsafe struct CodesTo31 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* activations)
    {
        Vector256<short> sum = Avx2.MultiplyAddAdjacent(w0, Vector256.Create(*(int*)activations).AsSByte());
        sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(w1, Vector256.Create(*(int*)(activations + stride)).AsSByte()));
        sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(w2, Vector256.Create(*(int*)(activations + 2 * stride)).AsSByte()));
        sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(w3, Vector256.Create(*(int*)(activations + 3 * stride)).AsSByte()));
        return Avx2.MultiplyAddAdjacent(sum, Vector256<short>.One);
    }
}

/// <summary>Codes up to 63: 2 x 2 x 63 x 127 = 32004.</summary>
internal readonly unsafe struct CodesTo63 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* activations)
    {
        Vector256<short> a = Avx2.MultiplyAddAdjacent(w0, Vector256.Create(*(int*)activations).AsSByte());
        a = Avx2.Add(a, Avx2.MultiplyAddAdjacent(w1, Vector256.Create(*(int*)(activations + stride)).AsSByte()));
        Vector256<short> b = Avx2.MultiplyAddAdjacent(w2, Vector256.Create(*(int*)(activations + 2 * stride)).AsSByte());
        b = Avx2.Add(b, Avx2.MultiplyAddAdjacent(w3, Vector256.Create(*(int*)(activations + 3 * stride)).AsSByte()));
        return Avx2.Add(Avx2.MultiplyAddAdjacent(a, Vector256<short>.One), Avx2.MultiplyAddAdjacent(b, Vector256<short>.One));
    }
}

/// <summary>Codes up to 127: 2 x 127 x 127 = 32258.</summary>
internal readonly unsafe struct CodesTo127 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* activations) =>
        Avx2.Add(
            Avx2.Add(Quad(w0, activations), Quad(w1, activations + stride)),
            Avx2.Add(Quad(w2, activations + 2 * stride), Quad(w3, activations + 3 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Quad(Vector256<byte> codes, byte* activations)
    {
        Vector256<short> sum = Avx2.MultiplyAddAdjacent(codes, Vector256.Create(*(int*)activations).AsSByte());
        return Avx2.MultiplyAddAdjacent(sum, Vector256<short>.One);
    }
}

/// <summary>Signed codes, widened to 16 bits, with activations of 16 bits: 32 x 128 x 32767 fits 32 bits.</summary>
internal readonly unsafe struct SignedCodes : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* activations) =>
        Avx2.Add(
            Avx2.Add(Quad(w0.AsInt16(), stride, activations), Quad(w1.AsInt16(), stride, activations + stride)),
            Avx2.Add(Quad(w2.AsInt16(), stride, activations + 2 * stride), Quad(w3.AsInt16(), stride, activations + 3 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Quad(Vector256<short> codes, int stride, byte* activations)
    {
        // The low bytes of 16 bits are columns 0 and 2 of the quad, the high bytes columns 1 and 3.
        Vector256<short> even = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(codes, 8), 8), odd = Avx2.ShiftRightArithmetic(codes, 8);
        return Avx2.Add(
            Avx2.MultiplyAddAdjacent(even, Vector256.Create(*(int*)activations).AsInt16()),
            Avx2.MultiplyAddAdjacent(odd, Vector256.Create(*(int*)(activations + stride / 2)).AsInt16()));
    }
}
