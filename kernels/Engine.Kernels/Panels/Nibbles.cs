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
    private const uint Low = 0x0F0F0F0F;

    /// <summary>Puts a row's word <paramref name="index"/> (0 to 3) in its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(byte* nibbles, int row, int index, uint word) => ((uint*)nibbles)[index * Panel.Rows + row] = word;

    /// <summary>The word whose low nibbles are those of four codes and whose high nibbles those of the four codes 16 columns on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Join(uint codes, uint codes16) => (codes & Low) | ((codes16 & Low) << 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* nibbles, int quad)
    {
        if (quad < 4) return Vector256.Load(nibbles + 32 * quad) & Vector256.Create((byte)15);
        return (Vector256.Load((ushort*)(nibbles + 32 * (quad - 4))) >> 4).AsByte() & Vector256.Create((byte)15);
    }
}
