using Engine.Formats;

namespace Engine.Models.HuggingFace;

/// <summary>
/// Where the rows of a checkpoint's matrix stand in the matrix that GGUF files have. Each can be turned round: every stored row is wanted
/// at most once.
/// </summary>
internal enum RowOrder
{
    /// <summary>In the same order.</summary>
    AsStored,

    /// <summary>
    /// Each query head has the first elements of all RoPE pairs and then the second ones (NeoX's layout); GGUF's Llama models want the two
    /// of a pair side by side.
    /// </summary>
    QueryPairs,

    /// <summary>The same with the heads of keys.</summary>
    KeyPairs,

    /// <summary>
    /// Queries, key and value of a group of heads follow each other, group after group (GPT-NeoX: a group is one head; Falcon); wanted are
    /// all queries, then all keys, then all values.
    /// </summary>
    GroupedHeads,

    /// <summary>The first half of the rows alone (a gate that is fused with the up projection).</summary>
    FirstHalf,

    /// <summary>The second half alone.</summary>
    SecondHalf,

    /// <summary>Rows 0, 2, 4, ... alone (the gate of GPT-OSS).</summary>
    EvenRows,

    /// <summary>Rows 1, 3, 5, ... alone.</summary>
    OddRows,
}

/// <summary>The heads of a model's attention, the same in every layer.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Heads of keys and values.</param>
internal readonly record struct HeadCounts(int Heads, int KeyValueHeads);

/// <summary>The wanted rows of a matrix and which stored row each of them is.</summary>
/// <param name="Rows">Rows that are wanted.</param>
/// <param name="Stored">The stored row of a wanted one; null: the same.</param>
internal readonly record struct RowMap(int Rows, Func<int, int>? Stored)
{
    /// <summary>Works out an order for a matrix.</summary>
    /// <param name="order">The order.</param>
    /// <param name="stored">Rows of the stored matrix.</param>
    /// <param name="heads">The model's heads.</param>
    /// <returns>Null where so many rows cannot be in this order.</returns>
    public static RowMap? Of(RowOrder order, int stored, HeadCounts heads) => order switch
    {
        RowOrder.AsStored => new RowMap(stored, null),
        RowOrder.QueryPairs => Pairs(stored, heads.Heads),
        RowOrder.KeyPairs => Pairs(stored, heads.KeyValueHeads),
        RowOrder.GroupedHeads => Groups(stored, heads),
        _ when stored % 2 != 0 => null,
        RowOrder.FirstHalf => new RowMap(stored / 2, row => row),
        RowOrder.SecondHalf => new RowMap(stored / 2, row => stored / 2 + row),
        RowOrder.EvenRows => new RowMap(stored / 2, row => 2 * row),
        _ => new RowMap(stored / 2, row => 2 * row + 1),
    };

    private static RowMap? Pairs(int stored, int heads)
    {
        if (heads < 1 || stored % heads != 0 || stored / heads % 2 != 0) return null;
        int size = stored / heads;
        return new RowMap(stored, row =>
        {
            (int head, int element) = int.DivRem(row, size);
            return head * size + element % 2 * (size / 2) + element / 2;
        });
    }

    private static RowMap? Groups(int stored, HeadCounts heads)
    {
        (int queries, int groups) = heads;
        if (groups < 1 || queries % groups != 0 || stored % (queries + 2L * groups) != 0) return null;
        int size = (int)(stored / (queries + 2L * groups)), perGroup = queries / groups;
        return new RowMap(stored, row =>
        {
            (int head, int element) = int.DivRem(row, size);
            (int group, int place) =
                head < queries ? int.DivRem(head, perGroup)
                : head < queries + groups ? (head - queries, perGroup)
                : (head - queries - groups, perGroup + 1);
            return (group * (perGroup + 2) + place) * size + element;
        });
    }
}
