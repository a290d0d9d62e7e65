namespace Engine.Quantization.Gptq;

/// <summary>The order in which columns are quantized, and the groups they form.</summary>
internal sealed class ColumnOrder
{
    private ColumnOrder(int[] columns, int[] groups, int groupSize, bool areRuns) =>
        (Columns, Groups, GroupSize, GroupsAreRuns) = (columns, groups, groupSize, areRuns);

    /// <summary>The columns.</summary>
    public int[] Columns { get; }

    /// <summary>The group of each of <see cref="Columns"/>.</summary>
    public int[] Groups { get; }

    /// <summary>Columns of a group.</summary>
    public int GroupSize { get; }

    /// <summary>Whether the columns of each group follow one another, so that a group can be looked at when its turn comes.</summary>
    public bool GroupsAreRuns { get; }

    /// <summary>The order that the options ask for.</summary>
    /// <param name="diagonal">The Hessian's.</param>
    /// <param name="options">Checked ones.</param>
    public static ColumnOrder Of(ReadOnlySpan<double> diagonal, GptqOptions options)
    {
        int count = diagonal.Length, size = options.GroupSize == -1 ? count : options.GroupSize;
        double[] weight = diagonal.ToArray();
        // OrderBy is stable: equals stay as they stand.
        int[] natural = [.. Enumerable.Range(0, count)];
        int[] columns = options.Order switch
        {
            GptqOrder.Descending => [.. natural.OrderByDescending(column => weight[column])],
            GptqOrder.GroupAware =>
            [
                .. natural.Chunk(Math.Max(size, 1))
                    .OrderByDescending(group => group.Max(column => weight[column]))
                    .SelectMany(group => group.OrderByDescending(column => weight[column])),
            ],
            _ => natural,
        };
        bool formed = options.Order == GptqOrder.Descending && !options.StaticGroups;
        int[] groups = [.. columns.Select((column, place) => (formed ? place : column) / size)];
        return new ColumnOrder(columns, groups, size, formed || options.Order != GptqOrder.Descending);
    }
}
