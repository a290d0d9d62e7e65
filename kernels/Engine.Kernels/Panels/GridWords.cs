namespace Engine.Kernels;

/// <summary>
/// Codebooks as words in which the ranks of a point's values among the levels of its grid lie as panels want them. Panels hold
/// ranks and signs, not the numbers of points: looking those up takes each product with a token 2 to 3 times as long (the lab's
/// "lookups"), on machines with a slow gather still longer.
/// </summary>
internal static class GridWords
{
    /// <summary>
    /// Points of 8 values of 3 levels: in byte p the rank of value p in bits 0 and 1, that of value 4 + p in bits 2 and 3.
    /// </summary>
    public static uint[] OfEight(ReadOnlySpan<sbyte> grid)
    {
        sbyte[] levels = Levels(grid);
        var words = new uint[grid.Length / 8];
        for (int i = 0; i < grid.Length; i++)
            words[i / 8] |= (uint)Array.IndexOf(levels, grid[i]) << (i % 4 * 8 + i / 4 % 2 * 2);
        return words;
    }

    /// <summary>Points of 4 values of 8 levels: in byte p the rank of value p.</summary>
    public static uint[] OfFour(ReadOnlySpan<sbyte> grid)
    {
        sbyte[] levels = Levels(grid);
        var words = new uint[grid.Length / 4];
        for (int i = 0; i < grid.Length; i++)
            words[i / 4] |= (uint)Array.IndexOf(levels, grid[i]) << (i % 4 * 8);
        return words;
    }

    private static sbyte[] Levels(ReadOnlySpan<sbyte> grid) => [.. grid.ToArray().Distinct().Order()];
}
