using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// 5-bit codes of 32 columns x 8 rows in 160 bytes, laid out for few operations: vector v (0 to 4) holds quad v in its low bits. The low
/// three bits of quads 5 to 7 are the high ones of vectors 0 to 2, their other two bits those of vectors 3 and 4 (bits 6 and 7; of quad 7
/// bit 5 of both).
/// </summary>
internal static unsafe class FiveBits
{
    public const int Bytes = 160;
    private const int VectorBytes = 32;
    private const uint LowThree = 0x07070707, HighTwo = 0x18181818, Fourth = 0x08080808, Fifth = 0x10101010;

    /// <summary>Puts a row in its place.</summary>
    /// <param name="codes">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="quads">Per quad the codes of its columns, a byte each.</param>
    public static void Put(byte* codes, int row, uint* quads)
    {
        uint* words = (uint*)codes + row;
        for (int i = 0; i < 3; i++) words[i * Panel.Rows] = quads[i] | (quads[5 + i] & LowThree) << 5;
        words[3 * Panel.Rows] = quads[3] | (quads[5] & HighTwo) << 3 | (quads[7] & Fourth) << 2;
        words[4 * Panel.Rows] = quads[4] | (quads[6] & HighTwo) << 3 | (quads[7] & Fifth) << 1;
    }

    /// <summary>Puts a row in its place whose codes lie in the file as <see cref="Engine.Formats.Blocks.Q5_0"/> has them.</summary>
    /// <param name="codes">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="nibbles">The low four bits: of columns 0 to 15 in the low nibbles, of 16 to 31 in the high ones.</param>
    /// <param name="fifth">Bit k is that of column k.</param>
    public static void Put(byte* codes, int row, uint* nibbles, uint fifth)
    {
        uint* quads = stackalloc uint[8];
        for (int i = 0; i < 4; i++)
        {
            quads[i] = (nibbles[i] & Nibbles.Low) | SingleBits.Spread(fifth >> (4 * i)) << 4;
            quads[i + 4] = ((nibbles[i] >> 4) & Nibbles.Low) | SingleBits.Spread(fifth >> (4 * i + 16)) << 4;
        }
        Put(codes, row, quads);
    }

    /// <summary>Codes of a quad.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* codes, int quad)
    {
        if (quad < 5) return BitFields.Of(codes + quad * VectorBytes, 0, 31);
        Vector256<byte> low = BitFields.Of(codes + (quad - 5) * VectorBytes, 5, 7);
        if (quad == 5) return low | BitFields.Of(codes + 3 * VectorBytes, 3, 24);
        if (quad == 6) return low | BitFields.Of(codes + 4 * VectorBytes, 3, 24);
        return low | BitFields.Of(codes + 3 * VectorBytes, 2, 8) | BitFields.Of(codes + 4 * VectorBytes, 1, 16);
    }
}
