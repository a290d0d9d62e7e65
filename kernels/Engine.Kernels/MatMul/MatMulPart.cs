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
    private const int FewTokensLanes = (MatMulCall.MaxPanels + WorkerScratch.Panels) * Panel.Rows;

    /// <summary>Outputs that are computed at once: what fits the room beside the result, in whole panels of either map.</summary>
    public int OutputsAtOnce => IsAligned ? LanesBeside(Rows.Count) : LanesBeside(Rows.Count) - Panel.Rows;

    /// <summary>
    /// Lanes of a worker's room for outputs beside the result. A few tokens read all of a chunk's weights of one map and then those of the
    /// other, because memory is read faster in long stretches; more tokens stay within the caches.
    /// </summary>
    public static int LanesBeside(int tokens) => tokens <= TokenTile.Tokens ? FewTokensLanes : WorkerScratch.Panels * Panel.Rows;

    /// <summary>Whether outputs start with a panel.</summary>
    public bool IsAligned => First.Weight.FirstLane == 0 && (Second is null || Second.Weight.FirstLane == 0);

    /// <summary>Panels of both maps.</summary>
    public int Panels => First.Weight.PanelCount + (Second?.Weight.PanelCount ?? 0);
}
