using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// 3-bit codes of 32 columns x 8 rows in 96 bytes, laid out for few operations: vector v (0 to 2) holds quad v in bits 0 to 2 and quad 4 + v
/// in bits 3 to 5. Quads 3 and 7 have their two low bits at the top of vectors 0 and 1, and their high bits in 6 and 7 of vector 2.
/// </summary>
internal static unsafe class ThreeBits
{
    public const int Bytes = 96;
    private const int VectorBytes = 32;
    private const uint LowTwo = 0x03030303, High = 0x04040404;

    /// <summary>Puts a row in its place.</summary>
    /// <param name="codes">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="quads">Per quad the codes of its columns, a byte each.</param>
    public static void Put(byte* codes, int row, uint* quads)
    {
        uint* words = (uint*)codes + row;
        words[0] = quads[0] | quads[4] << 3 | (quads[3] & LowTwo) << 6;
        words[Panel.Rows] = quads[1] | quads[5] << 3 | (quads[7] & LowTwo) << 6;
        words[2 * Panel.Rows] = quads[2] | quads[6] << 3 | (quads[3] & High) << 4 | (quads[7] & High) << 5;
    }

    /// <summary>Codes of a quad.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int quad)
    {
        if (quad < 3) return BitFields.Of(codes + quad * VectorBytes, 0, 7);
        if (quad is > 3 and < 7) return BitFields.Of(codes + (quad - 4) * VectorBytes, 3, 7);
        if (quad == 3) return BitFields.Of(codes, 6, 3) | BitFields.Of(codes + 2 * VectorBytes, 4, 4);
        return BitFields.Of(codes + VectorBytes, 6, 3) | BitFields.Of(codes + 2 * VectorBytes, 5, 4);
    }
}
