namespace Engine.Formats.Checkpoints.Storage;

/// <summary>
/// Numbers that follow the elements of all rows, one sequence, round and round: element i has number i modulo their count (HQQ's axis 0,
/// whose groups go down the rows). So each column is a group of its own.
/// </summary>
/// <param name="columns">Columns of a row.</param>
/// <param name="cycle">How many numbers there are.</param>
/// <param name="read">Reads neighbouring numbers, from an index on.</param>
internal sealed class FlatCycle(int columns, long cycle, FlatBlocks.Reader read) : FloatTable
{
    public override void Read(int first, int count, Span<float> values)
    {
        Span<float> rest = values[..(count * columns)];
        long next = (long)first * columns % cycle;
        while (!rest.IsEmpty)
        {
            int run = (int)Math.Min(rest.Length, cycle - next);
            read(next, rest[..run]);
            rest = rest[run..];
            next = 0;
        }
    }
}
