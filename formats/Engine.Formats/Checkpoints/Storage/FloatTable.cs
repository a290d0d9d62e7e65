namespace Engine.Formats.Checkpoints.Storage;

/// <summary>A matrix of numbers, one row per output and one column per group: scales, zero points or offsets.</summary>
internal abstract class FloatTable
{
    /// <summary>Reads whole rows.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="values">Receives <paramref name="count"/> rows, one after the other.</param>
    public abstract void Read(int first, int count, Span<float> values);
}
