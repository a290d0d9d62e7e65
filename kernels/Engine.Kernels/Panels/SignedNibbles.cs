namespace Engine.Kernels;

/// <summary>
/// Magnitudes of 8 levels with their signs in <see cref="Nibbles"/>: 8 + rank, or 7 - rank for a negative one, so that codes ascend with
/// the weights.
/// </summary>
internal static unsafe class SignedNibbles
{
    /// <summary>Puts 32 columns of a row in their place.</summary>
    /// <param name="nibbles">Those of the step.</param>
    /// <param name="row">The row.</param>
    /// <param name="ranks">Per quad of columns a word, as <see cref="GridWords.OfFour"/> has it.</param>
    /// <param name="signs">Bit k is set where column k is negative.</param>
    public static void Put(byte* nibbles, int row, ReadOnlySpan<uint> ranks, uint signs)
    {
        uint* words = stackalloc uint[4];
        for (int i = 0; i < 4; i++) words[i] = Codes(ranks[i], signs >> (4 * i)) | Codes(ranks[i + 4], signs >> (4 * i + 16)) << 4;
        Nibbles.Put(nibbles, row, words);
    }

    /// <summary>The multiplication sends the four signs to a byte each.</summary>
    private static uint Codes(uint ranks, uint signs) => (ranks | 0x08080808) ^ ((((signs & 15) * 0x00204081) & 0x01010101) * 15);
}
