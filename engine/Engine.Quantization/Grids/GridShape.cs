using Engine.Formats.Blocks;

namespace Engine.Quantization.Grids;

/// <summary>What the search for a super-block of grid points must know of its type. Immutable, shared by all searches.</summary>
internal sealed class GridShape
{
    private GridShape(GridSigns signs, int groupSize, int highestScale, float unit, params GridTable[] tables)
    {
        (SignRule, GroupSize, HighestScale, Unit, Tables) = (signs, groupSize, highestScale, unit, tables);
        PointSize = tables[0].PointSize;
        PointsPerUnit = signs switch
        {
            GridSigns.Even => 8 / PointSize,
            GridSigns.DeltaOfGroup => groupSize / PointSize,
            _ => 1,
        };
    }

    /// <summary>What becomes of the values of a point.</summary>
    public GridSigns SignRule { get; }

    /// <summary>Weights per group.</summary>
    public int GroupSize { get; }

    /// <summary>The highest s.</summary>
    public int HighestScale { get; }

    /// <inheritdoc cref="IGridBlock{TSelf}.Unit"/>
    public float Unit { get; }

    /// <summary>Values of a point.</summary>
    public int PointSize { get; }

    /// <summary>Points whose signs or deltas are chosen together.</summary>
    public int PointsPerUnit { get; }

    /// <summary>The grid: one for each delta of a group, with both deltas where points have their own, or as it is.</summary>
    public GridTable[] Tables { get; }

    /// <summary>Whether weights have signs beside their points.</summary>
    public bool HasSigns => SignRule is GridSigns.Free or GridSigns.Even;

    /// <summary>The shape of a type.</summary>
    public static GridShape Of<TBlock>()
        where TBlock : unmanaged, IGridBlock<TBlock>
    {
        const float delta = IqGrids.IQ1Delta;
        GridTable[] tables = TBlock.SignRule switch
        {
            GridSigns.DeltaOfGroup => [new(TBlock.Grid, TBlock.PointSize, delta), new(TBlock.Grid, TBlock.PointSize, -delta)],
            GridSigns.DeltaOfPoint => [new(TBlock.Grid, TBlock.PointSize, delta, -delta)],
            _ => [new(TBlock.Grid, TBlock.PointSize, 0)],
        };
        return new GridShape(TBlock.SignRule, TBlock.GroupSize, TBlock.HighestScale, TBlock.Unit, tables);
    }
}
