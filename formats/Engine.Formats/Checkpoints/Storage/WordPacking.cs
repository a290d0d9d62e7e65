namespace Engine.Formats.Checkpoints.Storage;

/// <summary>How integers of a few bits lie in a two-dimensional tensor of 32-bit words.</summary>
/// <param name="Bits">Bits of an integer, 1 to 8; the first lies in the lowest bits.</param>
/// <param name="Transposed">Whether the tensor's first axis is the matrix's columns.</param>
/// <param name="AlongFirst">Whether neighbours along the tensor's first axis share a word, and not those along its second.</param>
internal sealed record WordPacking(int Bits, bool Transposed, bool AlongFirst)
{
    /// <summary>Of the integers in a word, the place of each; empty for their natural order.</summary>
    public int[] Places { get; init; } = [];

    /// <summary>
    /// Whether each word has a whole number of integers and its highest bits stay empty. Otherwise the words are one stream of bits, in
    /// which an integer may begin in one word and end in the next.
    /// </summary>
    public bool WholeWords { get; init; }

    /// <summary>What is added to each word before its integers are taken, carries included.</summary>
    public uint Addend { get; init; }

    /// <summary>Words that a run of integers takes.</summary>
    public long Words(long integers)
    {
        int each = 32 / Bits;
        return WholeWords ? (integers + each - 1) / each : (integers * Bits + 31) / 32;
    }

    /// <summary>The bit at which an integer starts, from the start of its run of words.</summary>
    public long FirstBit(long integer)
    {
        int each = 32 / Bits;
        if (Places.Length > 0) integer = integer / each * each + Places[integer % each];
        return WholeWords ? integer / each * 32 + integer % each * Bits : integer * Bits;
    }
}
