namespace Engine.Formats.Blocks;

/// <summary>The 12 bytes in which <see cref="Q4_K"/> and <see cref="Q5_K"/> pack eight 6-bit scales and eight 6-bit minimums.</summary>
public static class KScales
{
    /// <summary>
    /// Scale and minimum of a group, 0 to 63. Groups 0 to 3 have theirs in the low six bits of bytes 0 to 3 and 4 to 7; groups 4 to 7 have
    /// the low four bits of both in a byte of the last four and the high two in the bits that the first eight bytes leave free.
    /// </summary>
    /// <param name="packed">The 12 bytes.</param>
    /// <param name="group">0 to 7.</param>
    public static (int Scale, int Min) Get(ReadOnlySpan<byte> packed, int group)
    {
        if (group < 4) return (packed[group] & 63, packed[group + 4] & 63);
        int scale = (packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4;
        int min = (packed[group + 4] >> 4) | (packed[group] >> 6) << 4;
        return (scale, min);
    }

    /// <summary>Packs eight scales and eight minimums, each 0 to 63.</summary>
    /// <param name="scales">The scales.</param>
    /// <param name="minimums">The minimums.</param>
    /// <param name="packed">The 12 bytes.</param>
    public static void Pack(ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minimums, Span<byte> packed)
    {
        for (int j = 0; j < 4; j++)
        {
            packed[j] = (byte)(scales[j] | scales[j + 4] >> 4 << 6);
            packed[j + 4] = (byte)(minimums[j] | minimums[j + 4] >> 4 << 6);
            packed[j + 8] = (byte)((scales[j + 4] & 15) | minimums[j + 4] << 4);
        }
    }
}
