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
    /// <summary>The sums of 16 columns: in lanes of 16 bits from <see cref="CodesTo15"/>, else of 32.</summary>
    /// <param name="w0">Codes of the first quad.</param>
    /// <param name="w1">Codes of the second.</param>
    /// <param name="w2">Codes of the third.</param>
    /// <param name="w3">Codes of the fourth.</param>
    /// <param name="stride">Bytes from one quad of activations to the next.</param>
    /// <param name="tile">Activations.</param>
    /// <param name="at">Where those of the first quad are; a constant once inlined.</param>
    static abstract Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at);
}

/// <summary>Codes up to 15: sums stay in 16 bits through 32 columns, 8 x 2 x 15 x 127 = 30480. In groups of 16 columns codes up to 31.</summary>
internal readonly unsafe struct CodesTo15 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at)
    {
        Vector256<short> low = ColumnSum.TwoQuads(w0, w1, stride, tile, at), high = ColumnSum.TwoQuads(w2, w3, stride, tile, at + 2 * stride);
        return Avx2.Add(low, high).AsInt32();
    }
}

/// <summary>Codes up to 31: 4 x 2 x 31 x 127 = 31496.</summary>
internal readonly unsafe struct CodesTo31 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at) =>
        ColumnSum.Widen(CodesTo15.Half(w0, w1, w2, w3, stride, tile, at).AsInt16());
}

/// <summary>Codes up to 63: 2 x 2 x 63 x 127 = 32004.</summary>
internal readonly unsafe struct CodesTo63 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at) =>
        Avx2.Add(
            ColumnSum.Widen(ColumnSum.TwoQuads(w0, w1, stride, tile, at)),
            ColumnSum.Widen(ColumnSum.TwoQuads(w2, w3, stride, tile, at + 2 * stride)));
}

/// <summary>Codes up to 127: 2 x 127 x 127 = 32258.</summary>
internal readonly unsafe struct CodesTo127 : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at) =>
        Avx2.Add(
            Avx2.Add(ColumnSum.Widen(ColumnSum.Quad(w0, tile, at)), ColumnSum.Widen(ColumnSum.Quad(w1, tile, at + stride))),
            Avx2.Add(
                ColumnSum.Widen(ColumnSum.Quad(w2, tile, at + 2 * stride)), ColumnSum.Widen(ColumnSum.Quad(w3, tile, at + 3 * stride))));
}

/// <summary>Signed codes, widened to 16 bits, with activations of 16 bits: 32 x 128 x 32767 fits 32 bits.</summary>
internal readonly unsafe struct SignedCodes : IColumnSum
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Half(
        Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, int stride, byte* tile, int at) =>
        Avx2.Add(
            Avx2.Add(Quad(w0.AsInt16(), stride, tile, at), Quad(w1.AsInt16(), stride, tile, at + stride)),
            Avx2.Add(Quad(w2.AsInt16(), stride, tile, at + 2 * stride), Quad(w3.AsInt16(), stride, tile, at + 3 * stride)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Quad(Vector256<short> codes, int stride, byte* tile, int at)
    {
        // The low bytes of 16 bits are columns 0 and 2 of the quad, the high bytes columns 1 and 3.
        Vector256<short> even = Avx2.ShiftRightArithmetic(Avx2.ShiftLeftLogical(codes, 8), 8), odd = Avx2.ShiftRightArithmetic(codes, 8);
        return Avx2.Add(
            Avx2.MultiplyAddAdjacent(even, ColumnSum.Word(tile, at).AsInt16()),
            Avx2.MultiplyAddAdjacent(odd, ColumnSum.Word(tile, at + stride / 2).AsInt16()));
    }
}

/// <summary>What the classes of codes share.</summary>
internal static unsafe class ColumnSum
{
    /// <summary>A word of activations in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Word(byte* tile, int at) => Vector256.Create(*(int*)(tile + at));

    /// <summary>Products of a quad, summed in pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Quad(Vector256<byte> w, byte* tile, int at) =>
        Avx2.MultiplyAddAdjacent(w, Word(tile, at).AsSByte());

    /// <summary>Products of two quads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> TwoQuads(Vector256<byte> w0, Vector256<byte> w1, int stride, byte* tile, int at) =>
        Avx2.Add(Quad(w0, tile, at), Quad(w1, tile, at + stride));

    /// <summary>The sums of neighbours, in 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector256<short> sums) => Avx2.MultiplyAddAdjacent(sums, Vector256<short>.One);
}
