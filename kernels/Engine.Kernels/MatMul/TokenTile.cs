namespace Engine.Kernels;

/// <summary>
/// Quantized activations of 1 to 4 tokens, in the order in which kernels read them: a sequence of steps of 32 columns. A step of T tokens
/// holds the codes (for each quad of 4 columns, 4 bytes of each token), then per token the scale, the scaled sum, and the two 16-bit sums.
/// </summary>
internal static class TokenTile
{
    /// <summary>Tokens of a full tile. The last tile of a batch holds what is left.</summary>
    public const int Tokens = 4;

    /// <summary>Columns of a step.</summary>
    public const int Columns = 32;

    /// <summary>Bytes that a token takes in a step.</summary>
    public const int TokenBytes = Columns + 12;

    /// <summary>Where the four codes of a quad (0 to 7) start.</summary>
    public static int CodesAt(int tokens, int quad, int token) => (quad * tokens + token) * 4;

    /// <summary>Where the scale starts, a float.</summary>
    public static int ScaleAt(int tokens, int token) => tokens * 32 + token * 4;

    /// <summary>Where the scale times the sum of the step's codes starts, a float.</summary>
    public static int ScaledSumAt(int tokens, int token) => tokens * 36 + token * 4;

    /// <summary>Where the sums of the first and of the last 16 codes start, two 16-bit integers.</summary>
    public static int SumsAt(int tokens, int token) => tokens * 40 + token * 4;
}
