using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// 6-bit codes of 32 columns x 8 rows in 192 bytes, laid out for few operations: of each four quads three have a vector's low six bits, and
/// the fourth has the top two of all three, lowest first.
/// </summary>
internal static unsafe class SixBits
{
    public const int Bytes = 192;
    private const int VectorBytes = 32, Vectors = 3;

    /// <summary>Puts a row in its place.</summary>
    /// <param name="codes">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="quads">Per quad the codes of its columns, a byte each.</param>
    public static void Put(byte* codes, int row, uint* quads)
    {
        const uint LowTwo = 0x03030303;
        uint* words = (uint*)codes + row;
        for (int half = 0; half < 2; half++, quads += 4)
            for (int i = 0; i < Vectors; i++, words += Panel.Rows) *words = quads[i] | ((quads[3] >> (2 * i)) & LowTwo) << 6;
    }

    /// <summary>Codes of a quad.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int quad)
    {
        codes += quad / 4 * Vectors * VectorBytes;
        if (quad % 4 < Vectors) return BitFields.Of(codes + quad % 4 * VectorBytes, 0, 63);
        return BitFields.Of(codes, 6, 3) | BitFields.Of(codes + VectorBytes, 4, 12) | BitFields.Of(codes + 2 * VectorBytes, 2, 48);
    }
}
