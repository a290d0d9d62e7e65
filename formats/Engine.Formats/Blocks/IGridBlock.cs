namespace Engine.Formats.Blocks;

/// <summary>What a <see cref="IGridBlock{TSelf}"/> holds of its points beside their numbers.</summary>
public enum GridSigns
{
    /// <summary>A sign for every weight.</summary>
    Free,

    /// <summary>A sign for every weight, and of every 8 weights an even number are negative.</summary>
    Even,

    /// <summary>A delta for every group, added to or subtracted from each value.</summary>
    DeltaOfGroup,

    /// <summary>A delta for every point.</summary>
    DeltaOfPoint,
}

/// <summary>
/// A super-block of 256 weights in points of a grid, w = d unit (2 s + 1) value with an s for each group, that can be put together from its
/// parts.
/// </summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IGridBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IGridBlock<TSelf>
{
    /// <summary>The points, one after the other.</summary>
    static abstract ReadOnlySpan<sbyte> Grid { get; }

    /// <summary>Values of a point: 4 or 8.</summary>
    static abstract int PointSize { get; }

    /// <summary>What becomes of the values of a point.</summary>
    static abstract GridSigns SignRule { get; }

    /// <summary>Weights per group: 16 or 32.</summary>
    static abstract int GroupSize { get; }

    /// <summary>The highest s; the lowest is 0.</summary>
    static abstract int HighestScale { get; }

    /// <summary>A power of two.</summary>
    static abstract float Unit { get; }

    /// <summary>Puts a block together.</summary>
    /// <param name="d">Scale of the scales, FP16.</param>
    /// <param name="scales">s of every group.</param>
    /// <param name="points">The number of every point.</param>
    /// <param name="signs">
    /// Of every point: bit j is set where value j is negative, or 1 where the delta is; as <see cref="SignRule"/> restricts it.
    /// </param>
    static abstract TSelf Pack(ushort d, ReadOnlySpan<byte> scales, ReadOnlySpan<ushort> points, ReadOnlySpan<byte> signs);
}
