namespace Engine.Formats.Checkpoints;

/// <summary>Which columns of a row share a scale.</summary>
public sealed class ColumnGroups
{
    private readonly int[]? _index;

    private ColumnGroups(int count, int size, int[]? index)
    {
        Count = count;
        Size = size;
        _index = index;
    }

    /// <summary>Groups, each with one scale per row.</summary>
    public int Count { get; }

    /// <summary>Columns of a group; the last may have fewer. Of groups out of order, what the checkpoint says it is.</summary>
    public int Size { get; }

    /// <summary>The group of each column where they lie out of order (act-order); empty where neighbours are a group.</summary>
    public ReadOnlySpan<int> Index => _index;

    /// <summary>Groups of neighbours.</summary>
    /// <param name="columns">Columns of a row, at least 1.</param>
    /// <param name="size">Columns of a group, at least 1.</param>
    public static ColumnGroups Of(int columns, int size) => new((columns - 1) / size + 1, Math.Min(size, columns), null);

    /// <summary>One group, the whole row.</summary>
    public static ColumnGroups Whole(int columns) => new(1, columns, null);

    /// <summary>Groups as listed; a list that is in order becomes groups of neighbours.</summary>
    /// <param name="index">The group of each column, 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">Number of groups.</param>
    /// <param name="size">Columns of a group as the checkpoint says.</param>
    public static ColumnGroups Listed(int[] index, int count, int size)
    {
        ColumnGroups neighbours = Of(index.Length, size);
        bool inOrder = neighbours.Count == count;
        for (int column = 0; inOrder && column < index.Length; column++) inOrder = index[column] == column / size;
        return inOrder ? neighbours : new ColumnGroups(count, size, index);
    }

    /// <summary>The group of a column.</summary>
    public int Of(int column) => _index is null ? column / Size : _index[column];
}
