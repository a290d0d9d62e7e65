namespace Engine.Formats.Checkpoints.Storage;

/// <summary>A matrix of unsigned integers up to 255, however a checkpoint packs it: codes or zero points. One row per output.</summary>
internal abstract class IntegerTable
{
    /// <summary>Reads whole rows.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="values">Receives <paramref name="count"/> rows, one after the other.</param>
    public abstract void Read(int first, int count, Span<byte> values);
}
