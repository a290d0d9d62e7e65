namespace Engine.Kernels;

/// <summary>A map, or a pair of maps that a gate joins, with the rows that it is applied to.</summary>
/// <param name="First">The map, or the gate.</param>
/// <param name="Second">What is gated, with as many outputs; null: nothing.</param>
/// <param name="Output">Where outputs go.</param>
/// <param name="OutputRow">The row of the first token's outputs.</param>
/// <param name="Rows">The tokens.</param>
/// <param name="EndChunk">Chunks up to the end of this part.</param>
internal readonly record struct MatMulPart(
    Linear First, Linear? Second, Activation Output, int OutputRow, RowRange Rows, int EndChunk)
{
    /// <summary>Lanes of a worker's room for outputs beside the result.</summary>
    public const int LanesBeside = WorkerScratch.Panels * Panel.Rows;

    /// <summary>Outputs that are computed at once: no more than lie in that room, in whole panels of either map.</summary>
    public int OutputsAtOnce => IsAligned ? LanesBeside : LanesBeside - Panel.Rows;

    /// <summary>
    /// Whether the maps of a pair have chunks of their own, and the function waits for both: for a few tokens, because a chunk that reads
    /// some of one matrix and then some of another is 10 to 15% slower from memory. More tokens gain 5 to 8% by staying within the caches.
    /// </summary>
    public bool IsSplit => Second is not null && Rows.Count <= TokenTile.Tokens;

    /// <summary>Whether outputs start with a panel.</summary>
    public bool IsAligned => First.Weight.FirstLane == 0 && (Second is null || Second.Weight.FirstLane == 0);

    /// <summary>Panels of both maps.</summary>
    public int Panels => First.Weight.PanelCount + (Second?.Weight.PanelCount ?? 0);
}
