using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// 4-bit codes of 32 columns x 8 rows in 128 bytes: vector v (0 to 3) holds columns 4v.. in its low nibbles and 16 + 4v.. in its high ones,
/// which is how the 16 bytes of a Q4_0 row lie already: a row is four words, copied as they are.
/// </summary>
internal static unsafe class Nibbles
{
    public const int Bytes = 128;

    /// <summary>The low nibble of each byte of a word.</summary>
    public const uint Low = 0x0F0F0F0F;

    /// <summary>Puts a row in its place that lies in the file as it does here.</summary>
    public static void Put(byte* nibbles, int row, uint* words)
    {
        for (int i = 0; i < 4; i++) ((uint*)nibbles)[i * Panel.Rows + row] = words[i];
    }

    /// <summary>Puts a row in its place: the four bits at <paramref name="shift"/> of 32 bytes.</summary>
    public static void Put(byte* nibbles, int row, uint* bytes, int shift)
    {
        for (int i = 0; i < 4; i++)
            ((uint*)nibbles)[i * Panel.Rows + row] = ((bytes[i] >> shift) & Low) | (((bytes[i + 4] >> shift) & Low) << 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* nibbles, int quad)
    {
        if (quad < 4) return BitFields.Of(nibbles + 32 * quad, 0, 15);
        return BitFields.Of(nibbles + 32 * (quad - 4), 4, 15);
    }
}
