namespace Engine.Formats.Checkpoints.Storage;

/// <summary>
/// One number for each block of neighbours where all rows are one sequence, so that a block may begin in one row and end in the next. A
/// row's groups are as long as the greatest common divisor of the block and the row: no group then lies in two blocks.
/// </summary>
/// <param name="columns">Columns of a row.</param>
/// <param name="blockSize">Elements of a block.</param>
/// <param name="read">Reads the numbers of neighbouring blocks, from an index on.</param>
internal sealed class FlatBlocks(int columns, long blockSize, FlatBlocks.Reader read) : FloatTable
{
    public delegate void Reader(long first, Span<float> values);

    /// <summary>The groups of a row.</summary>
    public ColumnGroups Groups { get; } = ColumnGroups.Of(columns, (int)GreatestCommonDivisor(columns, blockSize));

    public override void Read(int first, int count, Span<float> values)
    {
        long start = (long)first * columns;
        long firstBlock = start / blockSize;
        var blocks = new float[(start + (long)count * columns - 1) / blockSize - firstBlock + 1];
        read(firstBlock, blocks);
        for (int i = 0; i < count * Groups.Count; i++)
            values[i] = blocks[(start + (long)i * Groups.Size) / blockSize - firstBlock];
    }

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
