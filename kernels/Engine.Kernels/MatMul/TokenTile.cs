using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Quantized activations of 1 to 4 tokens, in the order in which kernels read them: a sequence of steps of 32 columns. A step of T tokens
/// holds the codes, then per token the scale, the scaled sum, the two 16-bit sums (of byte codes only), and these two scaled.
/// </summary>
/// <remarks>
/// Codes lie in words of 4 bytes, the word of one token beside those of the others. A word holds the four byte codes of a quad of
/// columns, or two 16-bit codes: columns 0 and 2 of a quad, and in the next word columns 1 and 3, because that is how bytes of weights
/// widen.
/// </remarks>
internal static unsafe class TokenTile
{
    /// <summary>Tokens of a full tile. The last tile of a batch holds what is left.</summary>
    public const int Tokens = 4;

    /// <summary>Columns of a step.</summary>
    public const int Columns = 32;

    /// <summary>Bytes of an activation's code that are multiplied with codes of this kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CodeBytes<TCodes>()
        where TCodes : struct, IIntegerCodes => TCodes.Signed ? 2 : 1;

    /// <summary>Bytes that a token takes in a step.</summary>
    public static int TokenBytes(int codeBytes) => Columns * codeBytes + 20;

    /// <summary>Where a word of codes starts: 0 to 7 of bytes, 0 to 15 of 16 bits.</summary>
    public static int WordAt(int tokens, int word, int token) => (word * tokens + token) * 4;

    /// <summary>Where the scale starts, a float.</summary>
    public static int ScaleAt(int codeBytes, int tokens, int token) => tokens * (32 * codeBytes) + token * 4;

    /// <summary>Where the scale times the sum of the step's codes starts, a float.</summary>
    public static int ScaledSumAt(int codeBytes, int tokens, int token) => tokens * (32 * codeBytes + 4) + token * 4;

    /// <summary>Where the sums of the first and of the last 16 codes start, two 16-bit integers.</summary>
    public static int SumsAt(int codeBytes, int tokens, int token) => tokens * (32 * codeBytes + 8) + token * 4;

    /// <summary>Where the scale times the sum of the first (<paramref name="half"/> 0) or the last 16 codes starts, a float.</summary>
    public static int ScaledHalfSumAt(int codeBytes, int tokens, int token, int half) =>
        tokens * (32 * codeBytes + 12 + 4 * half) + token * 4;

    /// <summary>The code of a column.</summary>
    public static int Code(byte* step, int codeBytes, int tokens, int token, int column)
    {
        int quad = column / 4, place = column % 4;
        return codeBytes == 1
            ? *(sbyte*)(step + WordAt(tokens, quad, token) + place)
            : *(short*)(step + WordAt(tokens, 2 * quad + place % 2, token) + place / 2 * 2);
    }
}
