namespace Engine.Kernels;

/// <summary>How a matrix is loaded.</summary>
public sealed record MatrixOptions
{
    /// <summary>The usual way: repacked.</summary>
    public static MatrixOptions Default { get; } = new();

    /// <summary>
    /// Whether the weights are copied into the order that kernels read fastest (the default), or left in the mapped file and reordered
    /// piece by piece at every use. Data that is not mapped is always repacked.
    /// </summary>
    public bool Repack { get; init; } = true;

    /// <summary>Counts what loading takes; null: nothing is counted.</summary>
    public LoadMeter? Meter { get; init; }
}
