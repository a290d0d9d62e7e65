using System.Runtime.Intrinsics;

namespace Engine.Formats.Blocks;

/// <summary>Puts the codes of a block together as its bytes: of 256 where nothing else is said.</summary>
internal static class PackedCodes
{
    /// <summary>The low four bits of 32 codes: byte j takes weight j in its low nibble and weight j + 16 in its high one.</summary>
    public static void PackHalves(ReadOnlySpan<byte> codes, Span<byte> packed)
    {
        for (int j = 0; j < 16; j++) packed[j] = (byte)((codes[j] & 15) | codes[j + 16] << 4);
    }

    /// <summary>Two bits: byte l of each 32 takes weights l, l + 32, l + 64 and l + 96 of its 128, lowest bits first.</summary>
    /// <param name="codes">The 256 codes.</param>
    /// <param name="packed">64 bytes.</param>
    /// <param name="from">The lower of the two bits.</param>
    public static void PackPairs(ReadOnlySpan<byte> codes, Span<byte> packed, int from = 0)
    {
        for (int run = 0; run < 8; run++)
        {
            int shift = run % 4 * 2;
            Or(packed.Slice(run / 4 * 32, 32), codes.Slice(run * 32, 32), 3, from, shift);
        }
    }

    /// <summary>The low four bits: each <paramref name="run"/> bytes take as many weights in low nibbles and the next in high ones.</summary>
    public static void PackNibbles(ReadOnlySpan<byte> codes, int run, Span<byte> packed)
    {
        for (int start = 0; start < 256; start += run)
            Or(packed.Slice(start / (2 * run) * run, run), codes.Slice(start, run), 15, 0, start / run % 2 * 4);
    }

    /// <summary>One bit of every code: byte l takes weights l, l + 32 and so on, lowest bits first.</summary>
    /// <param name="codes">The 256 codes.</param>
    /// <param name="bit">Which bit.</param>
    /// <param name="packed">32 bytes.</param>
    public static void PackBits(ReadOnlySpan<byte> codes, int bit, Span<byte> packed)
    {
        for (int run = 0; run < 8; run++)
            Or(packed, codes.Slice(run * 32, 32), 1, bit, run);
    }

    /// <summary>Ors (code &gt;&gt; from) &amp; mask, shifted to its place, into every byte.</summary>
    private static void Or(Span<byte> packed, ReadOnlySpan<byte> codes, byte mask, int from, int to)
    {
        Vector256<byte> bits = Vector256.Create(mask);
        for (int i = 0; i < codes.Length; i += Vector256<byte>.Count)
        {
            Vector256<byte> shifted = ((Vector256.Create(codes.Slice(i, 32)) >>> from) & bits) << to;
            (Vector256.Create<byte>(packed.Slice(i, 32)) | shifted).CopyTo(packed[i..]);
        }
    }
}
